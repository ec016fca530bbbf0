// SPDX-License-Identifier: MIT
// A contrast as the change that it is: "12.5–13.2% higher". Never prints.
#pragma once

#include "stats/comparison.h"

#define COMPARISON_CHANGE 96

// Of a contrast that is judged. Answers dst.
char *comparison_change(const struct contrast *x, char dst[COMPARISON_CHANGE]);

// How far it goes alone: "12.5–13.2%", "at least 25%", or as a multiple "2.1–2.3×".
char *comparison_change_far(const struct contrast *x, char dst[COMPARISON_CHANGE]);
bool comparison_change_times(const struct contrast *x); // whether it is told as a multiple

// What that change is: the 95% CI, or which bound of it where the client held the better side back.
const char *comparison_change_by(const struct contrast *x);
