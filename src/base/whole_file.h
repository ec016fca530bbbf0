// SPDX-License-Identifier: MIT
// A file that an option names, read whole. Knows nothing of what is in it.
#pragma once

#include "base/err.h"
#include "base/slice.h"

// Up to 1 GiB, to be freed by what it answers; NULL with err, which names the option.
char *whole_file_read(const char *option, const char *path, struct slice *out, struct err *err);
