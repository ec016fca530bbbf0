// SPDX-License-Identifier: MIT
// What a comparison as a whole was, for its reports. Judges nothing.
#pragma once

#include "experiment/compare.h"
#include "stats/compare_facts.h"

// Fills facts, which point into x and, where a kept result stands for the first target, to *baseline. The
// machine of that one is in its document, which is for others to read.
void compare_tell(const struct compare_experiment *x, struct compare_facts *facts,
                  struct compare_baseline *baseline);
