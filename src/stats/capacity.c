// SPDX-License-Identifier: MIT
#include "stats/capacity.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

// Quantiles of what was answered after the lead. Where requests have no answer, those of the whole trial
// stand: they count such requests at the least that they took.
static void take_quantiles(struct capacity_trial *t, const struct summary *s, const struct slo_window *window)
{
    struct series rows = slo_rows(&s->series, window);
    memcpy(t->quantiles, s->quantiles, sizeof t->quantiles);
    struct hist *judged = s->bounded || rows.n == 0 ? NULL : hist_new(hist_digits(s->latency));
    for (size_t i = 0; judged && i < rows.n; i++)
        hist_add_cells(judged, series_latency(&rows, &rows.rows[i]));
    for (int i = 0; judged && hist_count(judged) && i < QUANTILES; i++)
        quantile_of(&t->quantiles[i], quantile_names[i].q, judged, judged, &rows);
    hist_free(judged);
}

int capacity_begin(struct capacity *c, const struct slo *promises, unsigned n)
{
    *c = (struct capacity){.slo = promises[0]};
    if (n == 1)
        return 0;
    c->others = calloc(n - 1, sizeof *c->others);
    if (!c->others)
        return -1;
    c->others_n = n - 1;
    for (unsigned i = 0; i < c->others_n; i++)
        c->others[i].slo = promises[i + 1];
    return 0;
}

const struct capacity *capacity_promise(const struct capacity *c, unsigned at)
{
    return at == 0 ? c : &c->others[at - 1];
}

void capacity_free(struct capacity *c)
{
    for (unsigned i = 0; i < c->others_n; i++)
        capacity_free(&c->others[i]);
    free(c->others);
    c->others = NULL;
    c->others_n = 0;
    for (size_t i = 0; i < c->n; i++)
        by_command_free(&c->trials[i].commands);
    free(c->trials);
    free(c->title);
    c->n = 0;
    c->trials = NULL;
    c->title = NULL;
}

// Whether it ended before it could tell about this promise.
static bool cut_short(const struct capacity_trial *t, const struct slo *slo, const struct summary *s,
                      const struct slo_window *window)
{
    struct slo_sight sight = {.rows = &s->series, .like = s->latency, .window = *window};
    slo_see(&sight, slo, s);
    return s->hopeless && t->overheard && !slo_hopeless(slo, &sight);
}

void capacity_take(struct capacity_trial *t, const struct slo *slo, const struct summary *s,
                   const struct slo_window *window)
{
    bool held = slo_held(slo, s, window, t->late, &t->judged);
    t->verdict = s->verdict;
    bool client = t->verdict.limit == LIMIT_CLIENT && !in_time(slo, s);
    t->outcome = held ? SATURATION_PASS : client ? SATURATION_VOID : SATURATION_FAIL;
    t->outage_s = outages_broken_s(&s->outages);
    if (t->outage_s > 0) { // whether the server bears the load is not what it shows
        t->outcome = SATURATION_VOID;
        t->verdict = (struct verdict){.why = "connections broke, and nobody was served for a while"};
    }
    if (cut_short(t, slo, s, window)) {
        t->outcome = SATURATION_VOID;
        t->verdict = (struct verdict){.why = "stopped early, for another objective"};
    }
    t->early = s->hopeless;
    t->lead_s = (double)window->lead_ns * 1e-9;
    t->lasting_s = (double)window->lasting_ns * 1e-9;
    t->took_s = (double)s->wall_ns * 1e-9;
    t->rps = summary_rps(s);
    t->due = counts_due(&s->counts);
    t->errors = s->counts.errors;
    t->unfinished = counts_unanswered(&s->counts);
    take_quantiles(t, s, window);
    by_command_take(&t->commands, s);
}

static double part_of(const struct capacity *c, unsigned limit)
{
    return c->part[limit] > 0 ? c->part[limit] : 1;
}

unsigned capacity_limits(const struct capacity *c, struct saturation_limit out[SLO_MAX])
{
    const struct slo *slo = &c->slo;
    for (unsigned i = 0; i < slo->n; i++)
        out[i] = (struct saturation_limit){part_of(c, i) * slo_may_be_late(slo, i),
                                           (double)slo->limit[i].ns * 1e-9};
    return slo->n;
}

void capacity_take_parts(struct capacity *c, const struct summary *s)
{
    double least =
        1 / fmax(1, (double)s->counts.sent); // a command that was not drawn once is one of the next
    for (unsigned i = 0; i < c->slo.n; i++)
        c->part[i] = fmax(least, slo_part(&c->slo.limit[i], s));
    for (unsigned i = 0; i < c->others_n; i++)
        capacity_take_parts(&c->others[i], s);
}

struct saturation_reply capacity_reply(const struct capacity *c)
{
    const struct capacity_trial *t = &c->trials[c->n - 1];
    struct saturation_reply out = {.outcome = t->outcome, .requests = fmax(1, t->judged)};
    bool late = false;
    for (unsigned i = 0; i < c->slo.n; i++) {
        out.share[i] = part_of(c, i) * t->late[i].share;
        out.variance[i] = t->late[i].variance;
        late |= t->late[i].share > slo_may_be_late(&c->slo, i);
    }
    // A server that falls behind, though what it answered was in time, would be late in the end
    for (unsigned i = 0; t->outcome == SATURATION_FAIL && !late && i < c->slo.n; i++)
        out.share[i] = 1;
    return out;
}

// The trials of one load: all but those that are void, or those that passed.
struct kind {
    double rate;
    bool passed;
};

static bool at(const struct capacity_trial *t, const struct kind *k)
{
    return fabs(t->rate - k->rate) <= 1e-9 * k->rate &&
           (k->passed ? t->outcome == SATURATION_PASS : t->outcome != SATURATION_VOID);
}

// How many of the trials that count have a lower quantile than this one, or an equal one before it.
static size_t rank_of(const struct capacity *c, const struct capacity_trial *of, const struct kind *k)
{
    size_t rank = 0;
    int quantile = c->slo.limit[0].quantile;
    for (const struct capacity_trial *t = c->trials; t < c->trials + c->n; t++) {
        uint64_t mine = of->quantiles[quantile].ns, its = t->quantiles[quantile].ns;
        rank += at(t, k) && t->lasting_s >= of->lasting_s && (its < mine || (its == mine && t < of));
    }
    return rank;
}

static const struct capacity_trial *middle(const struct capacity *c, const struct kind *k)
{
    double longest = 0;
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        if (at(&c->trials[i], k))
            longest = fmax(longest, c->trials[i].lasting_s);
    for (size_t i = 0; i < c->n; i++)
        n += at(&c->trials[i], k) && c->trials[i].lasting_s >= longest;
    for (size_t i = 0; i < c->n; i++) {
        const struct capacity_trial *t = &c->trials[i];
        if (at(t, k) && t->lasting_s >= longest && rank_of(c, t, k) == (n - 1) / 2)
            return t;
    }
    return NULL;
}

const struct capacity_trial *capacity_typical(const struct capacity *c, double rate)
{
    return middle(c, &(struct kind){rate, false});
}

const struct capacity_trial *capacity_compliant(const struct capacity *c, double rate)
{
    return middle(c, &(struct kind){rate, true});
}

double capacity_figure(const struct saturation_result *r)
{
    return r->capacity > 0 ? r->capacity : r->at_least ? r->pass : 0;
}

static void say_ceiling(const struct capacity *c, double pass, char dst[256])
{
    char at[UNITS_TEXT], passed[UNITS_TEXT];
    units_rate(c->search.stopped_at, at);
    if (pass > 0)
        snprintf(dst, 256,
                 "client ceiling: capacity is at least %s req/s, which passed; at about %s req/s the client "
                 "is the bottleneck",
                 units_rate(pass, passed), at);
    else
        snprintf(dst, 256,
                 "client ceiling: at about %s req/s the client is the bottleneck, and no lower rate is known "
                 "to pass; the server's capacity is unknown",
                 at);
}

static void say_found(const struct capacity *c, const struct saturation_result *r, char dst[256])
{
    char at[UNITS_TEXT], low[UNITS_TEXT], high[UNITS_TEXT];
    char by[SLO_NAME];
    slo_name(&c->slo.limit[r->limit], by);
    static const char *const before[] = {
        [SATURATION_GOES_ON] = "not finished: ",
        [SATURATION_FOUND] = "",
        [SATURATION_CEILING] = "",
        [SATURATION_NOTHING] = "",
        [SATURATION_UNSTEADY] = "unsteady (trials contradict each other): ",
        [SATURATION_DISTURBED] = "disturbed (by other work on the client's machine): ",
        [SATURATION_SPENT] = "not finished within --budget: ",
    };
    snprintf(dst, 256, "%scapacity %s%s req/s, 95%% CI %s%s to %s%s%s%s", before[c->search.end],
             c->search.end == SATURATION_FOUND ? "" : "about ", units_rate(r->capacity, at),
             units_rate(r->low, low), r->open_low ? " or less" : "", units_rate(r->high, high),
             r->open_high ? " or more" : "", c->slo.n > 1 ? ", bound by " : "", c->slo.n > 1 ? by : "");
}

// At a load whose trials were void again and again.
static void say_disturbed(const struct capacity *c, char dst[256])
{
    char at[UNITS_TEXT];
    units_rate(c->search.stopped_at, at);
    if (c->n && c->trials[c->n - 1].outage_s > 0)
        snprintf(dst, 256, "disturbed: at %s req/s connections broke again and again: see the server's log",
                 at);
    else
        snprintf(dst, 256,
                 "disturbed: the client sent late at %s req/s, which it can sustain: other work runs on its "
                 "machine, or --slo is tighter than this machine can measure",
                 at);
}

void capacity_sentence(const struct capacity *c, char dst[256])
{
    struct saturation_result r = saturation_result(&c->search);
    char pass[UNITS_TEXT], fail[UNITS_TEXT];
    units_rate(r.pass, pass);
    units_rate(r.fail, fail);
    if (r.capacity > 0) {
        say_found(c, &r, dst);
        return;
    }
    switch (c->search.end) {
    case SATURATION_CEILING:
        say_ceiling(c, r.pass, dst);
        return;
    case SATURATION_DISTURBED:
        say_disturbed(c, dst);
        return;
    case SATURATION_NOTHING:
        snprintf(dst, 256, "no rate passes, not even %s req/s", fail);
        return;
    case SATURATION_FOUND:
    case SATURATION_UNSTEADY:
        snprintf(dst, 256, "unsteady: the same rates pass and fail");
        return;
    default:
        snprintf(dst, 256,
                 r.pass > 0 ? "not finished%s: %s req/s passed so far"
                            : "not finished%s: no rate has passed yet",
                 c->search.end == SATURATION_SPENT ? " within --budget" : "", pass);
    }
}
