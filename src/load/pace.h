// SPDX-License-Identifier: MIT
// When the next request is due. Due times are a plan made beforehand: they accumulate, and are never moved to
// suit a late sender. No clock: the caller says what time it is.
#pragma once

#include "base/rng.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

// How the gaps between due times are spread, their mean being given.
enum arrival {
    ARRIVAL_POISSON,  // exponential: independent users, who bunch by chance
    ARRIVAL_CONSTANT, // all alike
};

struct pace {
    double next_ns; // due time of the next request (or batch of them); doubles are exact to 1 ns for 104 days
    double gap_ns;  // mean between two; 0: closed loop, always due
    double start_ns, plan_ns; // next_ns is start_ns + plan_ns, but for a ramp
    double ramp_ns;
    bool poisson;
    struct rng rng;
};

// A plan of requests in the open loop.
struct pace_conf {
    double rate; // requests a second in all; 0: closed loop
    enum arrival arrival;
    unsigned unit; // requests that are due together
    uint64_t seed;
    uint64_t ramp_ns; // the rate rises from 0 in a straight line for so long
};

static inline double pace_gap(struct pace *p)
{
    if (!p->poisson)
        return p->gap_ns;
    double u = (double)(rng_next(&p->rng) >> 11) * 0x1p-53; // [0, 1)
    return -log1p(-u) * p->gap_ns;
}

// A point of the plan made for the full rate, moved to where as many requests are due under a rate that rises
// for ramp_ns: after t of the ramp, t^2 / (2 ramp) of them are.
static inline double pace_warp(const struct pace *p)
{
    if (p->plan_ns >= p->ramp_ns / 2)
        return p->plan_ns + p->ramp_ns / 2;
    return sqrt(2 * p->ramp_ns * p->plan_ns);
}

// The share of worker `part` of `parts`, from start_ns on. Poisson streams add up to one; constant ones
// interleave.
static inline struct pace pace_init(const struct pace_conf *conf, unsigned part, unsigned parts,
                                    uint64_t start_ns)
{
    if (conf->rate <= 0)
        return (struct pace){0};
    double gap_ns = 1e9 * conf->unit / conf->rate;
    struct pace p = {.gap_ns = gap_ns * parts,
                     .start_ns = (double)start_ns,
                     .plan_ns = gap_ns * part,
                     .ramp_ns = (double)conf->ramp_ns,
                     .poisson = conf->arrival == ARRIVAL_POISSON,
                     .rng = rng_init(~conf->seed, part)}; // not the stream that the keys come from
    if (p.poisson)
        p.plan_ns = pace_gap(&p);
    p.next_ns = p.start_ns + pace_warp(&p);
    return p;
}

static inline bool pace_closed(const struct pace *p)
{
    return p->gap_ns == 0;
}

static inline bool pace_due(const struct pace *p, uint64_t now_ns)
{
    return p->next_ns <= (double)now_ns;
}

// Takes what is due and answers its due time.
static inline uint64_t pace_take(struct pace *p)
{
    double due = p->next_ns;
    p->plan_ns += pace_gap(p);
    p->next_ns = p->start_ns + pace_warp(p);
    return (uint64_t)due;
}
