// SPDX-License-Identifier: MIT
// One test of a comparison while it is measured: what the two ways to measure a slot share, by time
// (compare_slot.c) and by a search for a capacity (compare_capacity.c). For the files of compare alone.
#pragma once

#include "experiment/compare_conf.h"
#include "experiment/server.h"
#include "experiment/session.h"

// Where a comparison is, for the live line.
struct compare_progress {
    const struct comparison *comparison; // the present one
    unsigned slot, slots;                // of the present block; 0: before the first
    uint64_t slots_done, slots_all;      // all: 0 where nobody knows
    uint64_t slot_cost_ns;
    uint64_t deadline_ns; // of all tests, by the clock; 0: none
    struct contrast now;  // of the last target, by the metric that decides
};

// What the pilots say that slots are to be like.
struct compare_pilots {
    uint64_t p99_ns;      // the slowest target's
    double rps;           // likewise
    uint64_t overhead_ns; // of a trial, beside the time for which it measures; the longest
    double spread;        // of a second's throughput: the deviation of its logarithm; 0: unknown
};

struct compare_test {
    const struct compare_conf *conf;
    struct session *session;
    struct server *servers;
    struct compare_progress *progress;
    struct comparison *comparison;
    const struct test *row; // NULL: the user's command
    struct compare_pilots pilots;
    bool refill[COMPARISON_TARGETS_MAX];  // it was started anew, and has lost what it held
    uint64_t restart_ns;                  // that it took to start all anew, the last time
    uint64_t deadline_ns;                 // no block begins that would not have ended by then; 0: none
    uint64_t blocks_ns;                   // that the whole blocks took
    bool done;                            // and told of
    double hints[COMPARISON_TARGETS_MAX]; // about where the capacities are
};

// What differs from slot to slot of one test.
struct compare_slot {
    unsigned target, block;
    uint64_t warmup_ns, lasting_ns;
    bool fill;
    const struct cpus *cpus; // of the client threads, in the place of those that were asked for; NULL
};

// What is asked of target t.
struct question compare_test_question(const struct compare_test *c, unsigned t);

// Runs a command of the shell, which an option asks for, and which finds the target's name in HKV_TARGET. 0,
// or -1 with err.
int compare_test_shell(struct compare_test *c, unsigned t, const char *option, const char *command,
                       struct err *err);

// Sends one command of one word, once. 0, or -1 with err.
int compare_test_ask(struct compare_test *c, unsigned t, const char *word, struct err *err);

// What is to be done before each slot of target t. 0, or -1 with err.
int compare_test_freshen(struct compare_test *c, unsigned t, struct err *err);

// What the first trial of a target says of the test itself.
void compare_test_learn(struct compare_test *c, const char *test, const char *title, const struct load *load);

// Why target t makes the test drop out for all.
void compare_test_leave_out(struct compare_test *c, unsigned t, const char *why);
