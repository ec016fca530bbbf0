// SPDX-License-Identifier: MIT
// A comparison of a mix, command by command: each is a comparison of its own by the same blocks, that decides
// nothing. Plain values.
#pragma once

#include "stats/comparison.h"

// What one measurement says of each command in a slot of the block under way, whose own figures are there by
// now. Without memory a comparison has no commands.
void comparison_kinds_take(struct comparison *c, const struct comparison_slot *slot, const struct summary *s);

// The command's comparison as it is now; NULL where a slot of it has no answers, so that nothing can be said.
const struct comparison *comparison_kinds_one(const struct comparison *c, unsigned kind);

void comparison_kinds_free(struct comparison *c);
