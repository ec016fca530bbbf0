// SPDX-License-Identifier: MIT
// --series: how a test went over time. docs/json.md has the columns.
#pragma once

#include "stats/summary.h"

#include <stdio.h>

void series_csv_head(FILE *out);
void series_csv(FILE *out, const struct summary *s); // a row for each interval of a test, warm-up first
