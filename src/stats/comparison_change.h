// SPDX-License-Identifier: MIT
// A contrast as the change that it is: "12.5–13.2% higher". Never prints.
#pragma once

#include "stats/comparison.h"

#define COMPARISON_CHANGE 64

// Of a contrast that is judged. Answers dst.
char *comparison_change(const struct contrast *x, char dst[COMPARISON_CHANGE]);
