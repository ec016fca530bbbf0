// SPDX-License-Identifier: MIT
// Which server is faster: several are measured by turns, test by test, and judged. Never prints: what was
// found goes to a callback. How one test's result looks is stats/comparison.h.
#pragma once

#include "experiment/baseline.h"
#include "experiment/compare_conf.h"
#include "experiment/compare_test.h"
#include "experiment/server.h"
#include "experiment/session.h"
#include "stats/compare_facts.h"

struct compare_events {
    bool (*tested)(void *ctx, const struct comparison *c); // one test; answers whether anybody wants another
    void *ctx;
};

struct compare_experiment {
    struct session session; // begun by the caller
    struct compare_conf conf;
    struct compare_events on;
    struct baseline baseline; // of conf.baseline_path
    struct server servers[COMPARISON_TARGETS_MAX];
    unsigned opened;        // of servers up to here
    struct comparison *all; // one for each test that was begun
    struct compare_test *tests;
    size_t n;
    bool measured; // there is a whole block to read about
    struct compare_progress progress;
};

// Reads the baseline and finds the servers. conf is filled. 0, or -1 with err.
int compare_open(struct compare_experiment *x, struct err *err);

// Says how long it will take, and measures, test after test.
void compare_run(struct compare_experiment *x);

// Whether the last target, the candidate, is worse than the first.
void compare_judge(struct compare_experiment *x);

// What it was as a whole, for its reports: fills facts, which point into x and, where a kept result stands
// for the first target, to *baseline. The machine of that one is in its document, which is for others to
// read.
void compare_tell(const struct compare_experiment *x, struct compare_facts *facts,
                  struct compare_baseline *baseline);

void compare_close(struct compare_experiment *x); // but for the session
