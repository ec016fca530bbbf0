// SPDX-License-Identifier: MIT
// What a server can bear, test by test: a search for the highest rate that holds a promise about latencies.
// Never prints: what was found goes to a callback. How one test's result looks is stats/capacity.h.
#pragma once

#include "experiment/server.h"
#include "experiment/session.h"
#include "experiment/workload.h"
#include "judge/joint.h"
#include "stats/capacity.h"

#define CAPACITY_PROMISES JOINT_MOST
#define CAPACITY_PATIENCE 2

struct capacity_conf {
    struct workload workload;
    struct slo promise[CAPACITY_PROMISES]; // each has a bound of its own
    unsigned promises;
    uint64_t trial_ns;  // of the shortest trials; 0: as the promise and the server's speed require
    uint64_t idle_ns;   // after a trial that failed
    uint64_t budget_ns; // for each test; 0: CAPACITY_PATIENCE times what a search of its trials takes
    bool strict;        // an answer that is not sure is a failure
};

struct capacity_events {
    bool (*tested)(void *ctx, const struct capacity *c); // one test; answers whether anybody wants another
    void *ctx;
};

struct capacity_experiment {
    struct session session; // begun by the caller
    struct capacity_conf conf;
    struct capacity_events on;
    struct server server;
    struct capacity *all; // one for each test
    size_t n;
};

// Whether a trial of that length can see what is promised. 0, or -1 with err.
int capacity_check(const struct capacity_conf *conf, struct err *err);

// Finds the server. conf is filled. 0, or -1 with err.
int capacity_open(struct capacity_experiment *x, struct err *err);

// Searches, test after test.
void capacity_run(struct capacity_experiment *x);

void capacity_close(struct capacity_experiment *x); // but for the session
