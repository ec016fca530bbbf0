// SPDX-License-Identifier: MIT
// A page of kept results, in the file of --html. Reads nothing.
#pragma once

#include "base/err.h"

#include <stddef.h>

// path "-" is standard output. 0, or -1 with err.
int page_write(const char *path, const char *const *documents, size_t n, struct err *err);
