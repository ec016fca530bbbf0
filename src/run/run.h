// SPDX-License-Identifier: MIT
// One test from the first connect to the frozen result. Never prints: whoever wants to see how it goes on is
// called four times a second, and before the load begins.
#pragma once

#include "run/live.h"
#include "run/plan.h"
#include "run/stopper.h"
#include "run/worker.h"
#include "stats/summary.h"

struct progress {
    const char *title;
    enum phase phase;
    uint64_t answered;    // in this phase; connections open where the plan is idle
    uint64_t requests;    // to be answered in this phase; 0: by time
    double rps, mean_rps; // answered a second: over the last one, and since the phase began
    struct live live;     // of the last second
    uint64_t elapsed_ns;  // of this phase
    uint64_t lasting_ns;  // of this phase; 0: by count
};

struct watcher {
    void (*tick)(void *ctx, const struct progress *p); // NULL: nobody looks
    // Called once, when all connections stand and all keys are written: the load begins when it answers 0, at
    // the same moment as that of other processes, say. -1 with err: it does not begin. Must return soon after
    // stop->fd became readable. NULL: the load begins at once. Not called where the plan is idle.
    int (*ready)(void *ctx, struct stopper *stop, struct err *err);
    // Called by whoever measures a test, once s has all that it will have: makes it the result of all
    // processes that share the load. 0, or -1 with err and s as it was. NULL: there is one.
    int (*joined)(void *ctx, struct summary *s, struct stopper *stop, struct err *err);
    void *ctx, *ready_ctx; // of tick; of ready and joined
};

#define RUN_REFUSED (-2)

// Runs the plan, which limits_check has passed. 0 with out filled (summary_free it), also when the test ended
// early: out->ending and out->note say so. -1 with err when there was nothing to measure: no connections, no
// memory; RUN_REFUSED likewise when the kernel refused the engine to a worker, before any request was sent:
// another may do.
int run_test(const struct plan *p, struct stopper *stop, const struct watcher *watch, struct summary *out,
             struct err *err);
