// SPDX-License-Identifier: MIT
// How a server answers along one setting, test by test: each point for a while, in random order and in more
// than one pass. Never prints: what was found goes to a callback. How one test's result looks is
// stats/sweep.h.
#pragma once

#include "experiment/server.h"
#include "experiment/session.h"
#include "experiment/workload.h"
#include "stats/sweep.h"
#include "stats/sweep_points.h"

struct sweep_conf {
    struct workload workload;
    enum sweep_kind kind;
    struct sweep_points points; // none, of rates: shares of the closed loop's throughput
    uint64_t trial_ns, idle_ns; // of a point, and before it
    unsigned passes;
    const struct assertion *asserts; // that each point is held against
    size_t nasserts;
};

struct sweep_events {
    bool (*tested)(void *ctx, const struct sweep *s); // one test; answers whether anybody wants another
    void *ctx;
};

struct sweep_experiment {
    struct session session; // begun by the caller
    struct sweep_conf conf;
    struct sweep_events on;
    struct server server;
    struct sweep *all; // one for each test
    size_t n;
};

// Finds the server. conf is filled. 0, or -1 with err.
int sweep_open(struct sweep_experiment *x, struct err *err);

// Measures, test after test.
void sweep_run(struct sweep_experiment *x);

void sweep_close(struct sweep_experiment *x); // but for the session
