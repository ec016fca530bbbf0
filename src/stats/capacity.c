// SPDX-License-Identifier: MIT
#include "stats/capacity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void capacity_take(struct capacity_trial *t, const struct slo *slo, const struct summary *s,
                   uint64_t lasting_ns)
{
    bool held = slo_held(slo, s, lasting_ns, t->late);
    verdict_of(s, &t->verdict);
    t->outcome = held                               ? SATURATION_HELD
                 : t->verdict.limit == LIMIT_CLIENT ? SATURATION_CLIENT
                                                    : SATURATION_FAILED;
    t->early = s->hopeless;
    t->lasting_s = (double)lasting_ns * 1e-9;
    t->took_s = (double)s->wall_ns * 1e-9;
    t->rps = summary_rps(s);
    t->due = s->due;
    t->errors = s->errors;
    t->unfinished = s->unfinished;
    memcpy(t->quantiles, s->quantiles, sizeof t->quantiles);
}

static bool at(const struct capacity_trial *t, double rate)
{
    return fabs(t->rate - rate) <= 1e-9 * rate && t->outcome != SATURATION_CLIENT;
}

// How many of the trials that count have a lower quantile than this one, or an equal one before it.
static size_t rank_of(const struct capacity *c, const struct capacity_trial *of, int quantile)
{
    size_t rank = 0;
    for (const struct capacity_trial *t = c->trials; t < c->trials + c->n; t++) {
        uint64_t mine = of->quantiles[quantile].ns, its = t->quantiles[quantile].ns;
        rank += at(t, of->rate) && t->lasting_s >= of->lasting_s && (its < mine || (its == mine && t < of));
    }
    return rank;
}

const struct capacity_trial *capacity_typical(const struct capacity *c, double rate)
{
    double longest = 0;
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        if (at(&c->trials[i], rate))
            longest = fmax(longest, c->trials[i].lasting_s);
    for (size_t i = 0; i < c->n; i++)
        n += at(&c->trials[i], rate) && c->trials[i].lasting_s >= longest;
    for (size_t i = 0; i < c->n; i++) {
        const struct capacity_trial *t = &c->trials[i];
        if (at(t, rate) && t->lasting_s >= longest && rank_of(c, t, c->slo.limit[0].quantile) == (n - 1) / 2)
            return t;
    }
    return NULL;
}

void capacity_sentence(const struct capacity *c, char dst[256])
{
    struct saturation_bounds b = saturation_bounds(&c->search);
    switch (c->search.end) {
    case SATURATION_FOUND:
        snprintf(dst, 256, "%.0f requests per second hold, %.0f do not", b.lower, b.upper);
        return;
    case SATURATION_CEILING:
        snprintf(
            dst, 256,
            "client ceiling: at about %.0f requests per second this client is at its end; %.0f hold, and the "
            "server's capacity is that or more",
            c->search.stopped_at, b.lower);
        return;
    case SATURATION_NOTHING:
        snprintf(dst, 256, "no rate holds, down to %.3g requests per second", b.upper);
        return;
    case SATURATION_UNSTEADY:
        snprintf(dst, 256, "unsteady: about %.0f requests per second hold, but not every time", b.lower);
        return;
    default:
        snprintf(dst, 256,
                 b.lower > 0 ? "not finished: %.0f requests per second held in the trials until then"
                             : "not finished: no rate is known to hold",
                 b.lower);
    }
}
