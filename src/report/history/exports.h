// SPDX-License-Identifier: MIT
// What a history holds in the forms of programs that follow results through time.
#pragma once

#include "history/history.h"

#include <stdio.h>

// Bencher Metric Format: one run, its tests and their figures. 0, or -1 with err.
int exports_bmf(FILE *out, struct history *h, int64_t run, struct err *err);

// CSV as Apache Otava reads it: a row for each run, a column for each figure of each test. run 0: all. 0, or
// -1 with err.
int exports_otava(FILE *out, struct history *h, int64_t run, struct err *err);
