// SPDX-License-Identifier: MIT
// A selftest as it is kept for later reports: a small JSON. Reads any bytes, and opens no file.
#pragma once

#include "base/err.h"
#include "stats/selftest.h"

#include <stddef.h>
#include <stdio.h>

#define KEPT_BYTES_MAX ((size_t)16384) // a file of more is none of ours

// 0, or -1 with err.
int kept_write(FILE *out, const struct selftest *t, struct err *err);

// False where it is not what kept_write wrote: then *t says nothing.
bool kept_read(const char *text, size_t len, struct selftest *t);
