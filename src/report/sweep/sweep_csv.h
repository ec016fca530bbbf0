// SPDX-License-Identifier: MIT
// What `sweep` found, as CSV: a row for each point, in the order of measuring. Never measures.
#pragma once

#include "stats/sweep.h"

#include <stdio.h>

void sweep_csv_head(FILE *out);
void sweep_csv(FILE *out, const struct sweep *s);
