// SPDX-License-Identifier: MIT
// One slot of a comparison of capacities: a short search, whose trials are those of every search for one.
#pragma once

#include "experiment/compare_test.h"

// The length of each trial of a slot's search.
uint64_t compare_capacity_trial_ns(const struct compare_conf *conf);
#define COMPARE_CAPACITY_PEAK 2   // the closed loop before a first search, in such trials
#define COMPARE_CAPACITY_ROUGH 9  // a first search, about, likewise
#define COMPARE_CAPACITY_FAILED 5 // pauses after a trial that failed, where one that held has one

// Fills target t and finds about where its capacity is. 0, or -1 as compare_slot_pilot.
int compare_capacity_pilot(struct compare_test *c, unsigned t, struct err *err);

// Searches, into slot. 0, or -1 with err or after a signal.
int compare_capacity_run(struct compare_test *c, const struct compare_slot *s, struct comparison_slot *slot,
                         struct err *err);
