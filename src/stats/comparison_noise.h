// SPDX-License-Identifier: MIT
// How much the blocks of a comparison differ by themselves, and what that hides. Plain values.
#pragma once

#include "stats/comparison.h"

// The share of the spread of the ratio from block to block that the slots of a block do not have among
// themselves: it came with what was done anew before each block. -1 where it is not known: it takes two slots
// of each in a block, and three blocks.
double comparison_noise_between(const struct comparison *c, unsigned target);

// The smallest difference that so many blocks would tell in four cases of five, as a share: 0.02 is 2 %. -1
// where it is not known, or they are too few to tell any.
double comparison_noise_smallest(const struct comparison *c, unsigned target, enum comparison_metric m,
                                 unsigned blocks);

// The same by what is known of a block's spread before there are any.
double comparison_noise_smallest_of(const struct comparison *c, double spread, enum comparison_metric m,
                                    unsigned blocks);
