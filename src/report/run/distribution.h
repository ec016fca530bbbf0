// SPDX-License-Identifier: MIT
// The lines "99.91% <= 1 milliseconds" of the text report, in steps that suit the spread. Never prints more
// than DISTRIBUTION_LINES.
#pragma once

#include "stats/hist.h"

#include <stdio.h>

#define DISTRIBUTION_LINES 12

void distribution_text(FILE *out, const struct hist *h);
