// SPDX-License-Identifier: MIT
// One test of a comparison from its pilots to its last block. Decides in which order, and when it ends; how a
// slot is measured is for compare_slot.h and compare_capacity.h.
#pragma once

#include "experiment/compare_test.h"

#define COMPARE_BLOCKS_WARMUP_NS (500 * NS_PER_MS) // before a slot, at least, where none is asked for

// One trial of each target: fills it, tells whether it knows the command, how long all are to warm up, about
// where capacities are. 0, or -1 when the test cannot be held: comparison->note says why, err too where it is
// somebody's fault.
int compare_blocks_pilot(struct compare_test *c, struct err *err);

// Block after block, as many as are asked for. comparison->note says why where they are fewer.
void compare_blocks_run(struct compare_test *c);
