// SPDX-License-Identifier: MIT
// Two runs beside each other, for people and for programs. Judges nothing.
#pragma once

#include "history/diff.h"

#include <stdio.h>

void diff_report_text(FILE *out, const struct diff *d);

// 0, or -1 with err.
int diff_report_json(FILE *out, const struct diff *d, struct err *err);
