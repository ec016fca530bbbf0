// SPDX-License-Identifier: MIT
// Where a report goes: a file, or standard output.
#pragma once

#include "base/err.h"

#include <stdio.h>

// Opens path for writing; "-" is standard output, and NULL leaves *out as it is. 0, or -1 with err.
int output_open(FILE **out, const char *path, struct err *err);
