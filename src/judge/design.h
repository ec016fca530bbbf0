// SPDX-License-Identifier: MIT
// In which order targets are measured inside the blocks of a comparison, so that a drift of the machine falls
// on all alike. Knows no clock.
#pragma once

#define DESIGN_TARGETS_MAX 8
#define DESIGN_SLOTS_MAX (2 * DESIGN_TARGETS_MAX)

// Writes the targets of block number `block` of `blocks` into order and answers how many slots it has. Two
// targets: ABBA or BAAB, half of the blocks each, shuffled by the seed: any linear drift inside a block
// cancels. More: rows of a Williams square (Williams 1949), in which each target follows each other equally
// often, shuffled likewise, one slot for each target. targets from 2 to DESIGN_TARGETS_MAX, else a BUG.
unsigned design_block(unsigned targets, unsigned block, unsigned blocks, unsigned long long seed,
                      unsigned order[DESIGN_SLOTS_MAX]);
