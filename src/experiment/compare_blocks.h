// SPDX-License-Identifier: MIT
// One test of a comparison from its pilots to its last block. Decides in which order, and when it ends; how a
// slot is measured is for compare_slot.h and compare_capacity.h.
#pragma once

#include "experiment/compare_test.h"

// One trial of each target: fills it, tells whether it knows the command, how long all are to warm up, about
// where capacities are. 0, or -1 when the test cannot be held: comparison->note says
// why, err too where it is somebody's fault.
int compare_blocks_pilot(struct compare_test *c, struct err *err);

// After the pilots, and with a deadline: how long slots are, where that is left open.
void compare_blocks_settle(struct compare_test *c);

// Block after block, as many as are asked for, or until it knows, or until c->deadline_ns: comparison->end
// says which, and the note why it is none of them. After the deadline it can go on with another.
void compare_blocks_run(struct compare_test *c);

// What a slot is expected to take, with all that is around it. After the pilots.
uint64_t compare_blocks_slot_cost_ns(const struct compare_test *c);

// How many slots a block has.
unsigned compare_blocks_slots(const struct compare_conf *conf);
