// SPDX-License-Identifier: MIT
// One test from the first connect to the frozen result. Never prints: whoever wants to see how it goes on is
// called four times a second, and before the load begins.
#pragma once

#include "run/plan.h"
#include "run/stopper.h"
#include "run/worker.h"
#include "stats/progress.h"
#include "stats/summary.h"

struct watcher {
    void (*tick)(void *ctx, const struct progress *p); // NULL: nobody looks
    // Called once, when all connections stand and all keys are written: the load begins after it answered 0,
    // at the moment that it puts into *at_ns (by clock_ns; 0: at once), that of other processes, say. -1 with
    // err: it does not begin. Must return soon after stop->fd became readable. NULL: the load begins at once.
    // Not called where the plan is idle.
    int (*ready)(void *ctx, struct stopper *stop, uint64_t *at_ns, struct err *err);
    // Called by whoever measures a test, once s has all that it will have: makes it the result of all
    // processes that share the load. 0, or -1 with err and s as it was. NULL: there is one.
    int (*joined)(void *ctx, struct summary *s, struct stopper *stop, struct err *err);
    // Called by whoever measures a test at target, once its result stands; sees it before anybody else. NULL:
    // nobody.
    void (*ended)(void *ctx, const char *target, const struct summary *s);
    bool closely;          // tick wants to see progress.glance
    int64_t server_pid;    // of a server that runs on this machine, for that; 0: unknown
    void *ctx, *ready_ctx; // of tick and ended; of ready and joined
};

#define RUN_REFUSED (-2)

// Runs the plan, which limits_check has passed. 0 with out filled (summary_free it), also when the test ended
// early: out->ending and out->note say so. -1 with err when there was nothing to measure: no connections, no
// memory; RUN_REFUSED likewise when the kernel refused the engine to a worker, before any request was sent:
// another may do.
int run_test(const struct plan *p, struct stopper *stop, const struct watcher *watch, struct summary *out,
             struct err *err);
