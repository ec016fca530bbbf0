// SPDX-License-Identifier: MIT
// The one list of warnings at the end of a text report, worst first, each once with its cure. Never judges.
#pragma once

#include "stats/summary.h"

#include <stdio.h>

// Answers how many there were.
int warnings_text(FILE *out, const struct summary *tests, size_t n);
