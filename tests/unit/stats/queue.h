// SPDX-License-Identifier: MIT
// What the simulations of stats share: the M/M/1 queue. Its sojourn times are exponential, so that each
// quantile is known, and come in bunches, the longer the fuller the server is.
#pragma once

#include "base/rng.h"

#include <math.h>

struct queue {
    double rho, mean_s;      // load; of the service times
    double due_s, sojourn_s; // of the last request; 0: none yet
};

static inline double queue_exponential(struct rng *rng, double mean)
{
    return -log(rng_unit(rng)) * mean;
}

// The next request (Lindley's recursion).
static inline void queue_next(struct queue *m, struct rng *rng)
{
    double gap = queue_exponential(rng, m->mean_s / m->rho);
    m->due_s += gap;
    m->sojourn_s = fmax(m->sojourn_s - gap, 0) + queue_exponential(rng, m->mean_s);
}

static inline double queue_sojourn_mean_s(const struct queue *m)
{
    return m->mean_s / (1 - m->rho);
}

static inline double queue_quantile_ns(const struct queue *m, double q)
{
    return -log(1 - q) * 1e9 * queue_sojourn_mean_s(m);
}
