// SPDX-License-Identifier: MIT
// A series as one word of bars, one for each value, from the smallest to the largest.
#pragma once

#define SPARKLINE_VALUES 60 // the last ones
#define SPARKLINE_TEXT (3 * SPARKLINE_VALUES + 1)

// Answers dst. Each value stands `stride` bytes behind the one before: they may be members of structs.
char *sparkline(const double *first, unsigned n, unsigned stride, char dst[SPARKLINE_TEXT]);
