// SPDX-License-Identifier: MIT
// One test of a comparison while it is held: what the two ways to measure it share, slots of time
// (compare_run.c) and searches for a capacity (compare_search.c). For those alone.
#pragma once

#include "cli/compare.h"

// One test that is being held.
struct round {
    struct compare *c;
    struct comparison *comparison;
    const struct test *row;               // NULL: the user's command
    double hints[COMPARISON_TARGETS_MAX]; // about where the capacities are
};

// What differs from slot to slot of one test.
struct moment {
    unsigned target, block;
    uint64_t warmup_ns, lasting_ns;
    bool fill;
};

// The user's own command as a run takes it, to be freed; NULL with err without memory.
struct slice *round_words(const struct compare *c, unsigned t, struct err *err);

// --fresh. 0, or -1 with err.
int round_freshen(struct compare *c, unsigned t, struct err *err);

// What the first trial of a target says of the test itself.
void round_learn(struct round *r, const char *test, const char *title, const struct load *load);

// Why target t makes the test drop out for all.
void round_leave_out(struct round *r, unsigned t, const char *why);

// The length of each trial of a search.
uint64_t round_trial_ns(const struct compare *c);
#define ROUND_PEAK 2   // the closed loop before a search, in such trials
#define ROUND_ROUGH 9  // the first search, about, likewise
#define ROUND_FAILED 5 // pauses of --idle after a trial that failed

// Fills target t and finds about where its capacity is. 0, or -1 as the pilot of a slot.
int round_seek(struct round *r, unsigned t, struct err *err);

// One look for the capacity of a target. 0, or -1 with err or after a signal.
int round_look(struct round *r, const struct moment *m, struct comparison_slot *slot, struct err *err);
