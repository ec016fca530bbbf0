// SPDX-License-Identifier: MIT
#include "stats/capacity.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BUSY_MAX 0.9 // of a client thread's time: beyond, it is at its end
#define LAG_PART 10  // of a limit, that the client may be late by itself

// Whether a client that waited for a CPU was nevertheless in time: what it was late with sending, and so
// about with reading, is small beside every limit.
static bool in_time(const struct slo *slo, const struct summary *s)
{
    bool yes = s->lag && hist_count(s->lag) && verdict_busy(s) < BUSY_MAX;
    for (unsigned i = 0; yes && i < slo->n; i++)
        yes = hist_quantile(s->lag, quantile_names[slo->limit[i].quantile].q) <= slo->limit[i].ns / LAG_PART;
    return yes;
}

void capacity_take(struct capacity_trial *t, const struct slo *slo, const struct summary *s,
                   uint64_t lasting_ns)
{
    bool held = slo_held(slo, s, lasting_ns, t->late);
    verdict_of(s, &t->verdict);
    bool client = t->verdict.limit == LIMIT_CLIENT && !in_time(slo, s);
    t->outcome = held ? SATURATION_HELD : client ? SATURATION_CLIENT : SATURATION_FAILED;
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

static void say_ceiling(const struct capacity *c, double lower, char dst[256])
{
    char at[UNITS_TEXT], held[UNITS_TEXT];
    units_figure(c->search.stopped_at, at);
    if (lower > 0)
        snprintf(
            dst, 256,
            "client ceiling: at about %s requests per second this client is at its end; %s hold, and the "
            "server's capacity is that or more",
            at, units_figure(lower, held));
    else
        snprintf(dst, 256,
                 "client ceiling: at about %s requests per second this client is at its end, and no lower "
                 "rate is known to hold: this says nothing of the server's capacity",
                 at);
}

void capacity_sentence(const struct capacity *c, char dst[256])
{
    struct saturation_bounds b = saturation_bounds(&c->search);
    char lower[UNITS_TEXT], upper[UNITS_TEXT];
    units_figure(b.lower, lower);
    units_figure(b.upper, upper);
    switch (c->search.end) {
    case SATURATION_FOUND:
        snprintf(dst, 256, "%s requests per second hold, %s do not", lower, upper);
        return;
    case SATURATION_CEILING:
        say_ceiling(c, b.lower, dst);
        return;
    case SATURATION_DISTURBED:
        snprintf(
            dst, 256,
            "disturbed: at %s requests per second, which is little for this client, it was late by itself: "
            "something else runs on its machine, or --slo asks more than the machine can show",
            units_figure(c->search.stopped_at, upper));
        return;
    case SATURATION_NOTHING:
        snprintf(dst, 256, "no rate holds, down to %s requests per second", upper);
        return;
    case SATURATION_UNSTEADY:
        snprintf(dst, 256,
                 b.lower > 0 ? "unsteady: about %s requests per second hold, but not every time"
                             : "unsteady: rates hold and fail by turns, and none is known to hold",
                 lower);
        return;
    default:
        snprintf(dst, 256,
                 b.lower > 0 ? "not finished: %s requests per second held in the trials until then"
                             : "not finished: no rate is known to hold",
                 lower);
    }
}
