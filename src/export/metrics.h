// SPDX-License-Identifier: MIT
// What live metrics tell: of each test and target the exact counts and latencies of what is finished, and of
// what goes on as far as its workers have told. Fed by the thread that measures, read by another.
#pragma once

#include "report/run/prometheus.h"
#include "stats/glance.h"

#include <pthread.h>

struct metrics_test {
    char test[32], target[NODE_ADDR];
    uint64_t ok, errors, unanswered; // finished
    double wall_s;
    struct hist *finished;
    struct hist *latency; // with what goes on
    uint64_t live_ok, live_errors;
    double live_s, rps;
};

struct metrics {
    pthread_mutex_t lock;
    struct metrics_test *tests;
    size_t n;
    char info[512]; // lines that tell of the whole, once it has ended
};

int metrics_init(struct metrics *m); // 0 or -errno
void metrics_free(struct metrics *m);

// How a test goes on; and that one has ended, whose result it is. Where memory is short, it is not told of.
void metrics_tick(struct metrics *m, const struct glance *g);
void metrics_ended(struct metrics *m, const char *target, const struct summary *s);

// All has ended, with this.
void metrics_settle(struct metrics *m, const struct run_facts *f);

// As they are now: see is called once, with the lock held.
void metrics_see(struct metrics *m, void (*see)(void *ctx, const struct prometheus_test *tests, size_t n),
                 void *ctx);

void metrics_text(struct metrics *m, FILE *out);
