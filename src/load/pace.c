// SPDX-License-Identifier: MIT
#include "load/pace.h"

#define EACH_MAX 1000 // a mean above this is near enough to that of a normal distribution

// How many of a Poisson stream come where `mean` are expected.
static uint64_t draw_count(struct rng *rng, double mean)
{
    uint64_t n = 0;
    if (mean <= EACH_MAX) {
        double at = pace_chance(rng);
        while (at <= mean) {
            at += pace_chance(rng);
            n++;
        }
        return n;
    }
    double normal = sqrt(2 * pace_chance(rng)) * cos(2 * M_PI * rng_unit(rng));
    return (uint64_t)fmax(0, round(mean + normal * sqrt(mean)));
}

// What pace_warp makes at_ns of.
static double plan_at(const struct pace *p, double at_ns)
{
    return at_ns < p->ramp_ns ? at_ns * at_ns / (2 * p->ramp_ns) : at_ns - p->ramp_ns / 2;
}

static uint64_t skip_dealt(struct pace *p, double until_ns)
{
    uint64_t all = (uint64_t)(until_ns / p->all_gap_ns) + 1, own = deal_count(&p->deal, all);
    uint64_t n = own > p->taken ? own - p->taken : 0;
    p->taken += n;
    pace_set(p, 0);
    return n;
}

uint64_t pace_skip(struct pace *p, uint64_t until_ns)
{
    uint64_t n = 0;
    double plan_ns = plan_at(p, (double)until_ns - p->start_ns);
    if (pace_due(p, until_ns) && p->poisson) {
        n = 1 + draw_count(&p->rng, (plan_ns - p->plan_ns) / p->gap_ns);
        pace_set(p, plan_ns);
    } else if (pace_due(p, until_ns)) {
        n = skip_dealt(p, plan_ns);
    }
    for (; pace_due(p, until_ns); n++) // a rounding away
        pace_take(p);
    return n;
}
