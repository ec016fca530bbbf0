// SPDX-License-Identifier: MIT
// When the next request is due. Due times are a plan made beforehand: they accumulate, and are never moved to
// suit a late sender. No clock: the caller says what time it is.
#pragma once

#include "base/rng.h"
#include "load/deal.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

// How the gaps between due times are spread, their mean being given.
enum arrival {
    ARRIVAL_POISSON,  // exponential: independent users, who bunch by chance
    ARRIVAL_CONSTANT, // all alike
};

static inline const char *pace_name(enum arrival arrival)
{
    return arrival == ARRIVAL_POISSON ? "poisson" : "constant";
}

struct pace {
    double next_ns; // due time of the next request (or batch of them); doubles are exact to 1 ns for 104 days
    double gap_ns;  // mean between two; 0: closed loop, always due
    double start_ns, plan_ns; // next_ns is start_ns + plan_ns, but for a ramp
    double ramp_ns;
    double all_gap_ns; // between two of all workers
    uint64_t taken;
    struct deal deal;
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

static inline double pace_chance(struct rng *rng)
{
    double u = (double)(rng_next(rng) >> 11) * 0x1p-53; // [0, 1)
    return -log1p(-u);
}

// A point of the plan made for the full rate, moved to where as many requests are due under a rate that rises
// for ramp_ns: after t of the ramp, t^2 / (2 ramp) of them are.
static inline double pace_warp(const struct pace *p)
{
    if (p->plan_ns >= p->ramp_ns / 2)
        return p->plan_ns + p->ramp_ns / 2;
    return sqrt(2 * p->ramp_ns * p->plan_ns);
}

// Where the next one is in the plan: by chance after from_ns, or where it was dealt.
static inline void pace_set(struct pace *p, double from_ns)
{
    p->plan_ns = p->poisson ? from_ns + pace_chance(&p->rng) * p->gap_ns
                            : (double)deal_index(&p->deal, p->taken) * p->all_gap_ns;
    p->next_ns = p->start_ns + pace_warp(p);
}

// A worker's part, from start_ns on, which must be the same for all. Its rate is in proportion to its
// connections. Poisson streams add up to one; constant ones are dealt out of one, and so evenly spaced
// together.
static inline struct pace pace_init(const struct pace_conf *conf, struct deal deal, uint64_t start_ns)
{
    if (conf->rate <= 0)
        return (struct pace){.deal = deal};
    double gap_ns = 1e9 * conf->unit / conf->rate;
    struct pace p = {.gap_ns = gap_ns * deal.clients / (double)deal_clients(&deal),
                     .start_ns = (double)start_ns,
                     .ramp_ns = (double)conf->ramp_ns,
                     .all_gap_ns = gap_ns,
                     .deal = deal,
                     .poisson = conf->arrival == ARRIVAL_POISSON,
                     .rng = rng_init(~conf->seed, deal.part)}; // not the stream that the keys come from
    pace_set(&p, 0);
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
    p->taken++;
    pace_set(p, p->plan_ns);
    return (uint64_t)due;
}

// Takes all that is due by until_ns and answers how much: in a time that knows no rate, so for a Poisson
// stream how many there are is drawn, not each of them.
uint64_t pace_skip(struct pace *p, uint64_t until_ns);
