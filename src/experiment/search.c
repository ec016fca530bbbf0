// SPDX-License-Identifier: MIT
#include "experiment/search.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void __attribute__((format(printf, 2, 3))) label(const struct search *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (s->session)
        vsnprintf(s->session->label, sizeof s->session->label, format, args);
    va_end(args);
}

bool search_peak(struct search *s, struct capacity *c, uint64_t lasting_ns, struct err *err)
{
    struct run_conf conf = server_timed(s->conf, lasting_ns);
    struct trial t;
    char why[SUMMARY_WHY];
    conf.prefill = s->fill;
    s->fill = false;
    label(s, "closed loop");
    if (server_measure(s->server, &s->question, &conf, &t, err) < 0)
        return false;
    memcpy(c->test, t.summary.test, sizeof c->test);
    c->title = strdup(t.summary.title);
    c->load = t.summary.load;
    snprintf(c->load.arrival, sizeof c->load.arrival, "%s", pace_name(s->conf->arrival)); // as trials are
    c->lost = t.summary.lost;
    c->peak_rps = t.summary.wall_ns && t.summary.counts.ok && !c->lost ? summary_rps(&t.summary) : 0;
    c->ceiling_rps = t.summary.signals.ceiling_rps;
    capacity_take_parts(c, &t.summary);
    summary_why_none(&t.summary, why);
    bool fewer = generators_missing(&t.summary.generators, why);
    if (c->peak_rps <= 0 || t.summary.ending != ENDING_DONE || c->lost || fewer)
        snprintf(c->note, sizeof c->note, "%s", why);
    server_trial_free(&t);
    return !c->note[0];
}

static bool grow(struct capacity *c)
{
    if (c->n < c->cap)
        return true;
    size_t cap = c->cap ? 2 * c->cap : 64;
    struct capacity_trial *more = realloc(c->trials, cap * sizeof *more);
    if (!more)
        return false;
    c->trials = more;
    c->cap = cap;
    return true;
}

static bool grow_each(struct capacity *c)
{
    bool all = grow(c);
    for (unsigned i = 0; i < c->others_n; i++)
        all &= grow(&c->others[i]);
    return all;
}

// Whether the server gave no answer at all: a rate that is too high has some, and a lower one would have none
// either.
static bool mute(const struct summary *s)
{
    return s->ending == ENDING_STALLED && counts_answered(&s->counts) == 0;
}

// What each promise says of the trial.
static void take_each(const struct search *asked, struct capacity *c, const struct capacity_trial *planned,
                      const struct summary *s, const struct slo_window *window)
{
    for (unsigned i = 0; i <= c->others_n; i++) {
        struct capacity *p = i ? &c->others[i - 1] : c;
        p->trials[p->n] = *planned;
        p->trials[p->n].overheard = i != asked->asks;
        capacity_take(&p->trials[p->n++], &p->slo, s, window);
    }
}

// Takes what is seen beside the promises. False where it says nothing: with fewer connections the load was
// another one.
static bool take(struct capacity *c, const struct summary *s)
{
    // Ended early in an outage, with connections that were not back yet: that trial is void, and asked again
    bool away = s->hopeless && outages_broken_s(&s->outages) > 0;
    char missing[GENERATORS_WHY];
    if (generators_missing(&s->generators, missing)) {
        snprintf(c->note, sizeof c->note, "%s", missing);
        return false;
    }
    bool done = s->ending == ENDING_DONE || s->ending == ENDING_STALLED;
    c->lost += away ? 0 : s->lost;
    if (!away && (!done || s->lost || mute(s))) {
        snprintf(c->note, sizeof c->note, "%.300s", s->note);
        return false;
    }
    c->hits += s->counts.hits;
    c->misses += s->counts.misses;
    c->evicted += s->signals.evicted;
    c->aof |= s->signals.aof;
    c->saved |= s->signals.saved;
    return true;
}

uint64_t search_lead_ns(const struct run_conf *conf, uint64_t longest_ns, uint64_t lasting_ns)
{
    uint64_t lead_ns = longest_ns * SLO_LEAD;
    lead_ns = lead_ns > lasting_ns / 10 ? lead_ns : lasting_ns / 10;
    return lead_ns > conf->warmup_ns ? lead_ns : conf->warmup_ns;
}

// Of the limits of all promises.
static uint64_t longest_ns(const struct capacity *c)
{
    uint64_t longest = 0;
    for (unsigned i = 0; i <= c->others_n; i++) {
        uint64_t its = slo_longest_ns(&capacity_promise(c, i)->slo);
        longest = its > longest ? its : longest;
    }
    return longest;
}

// Whole rows of lead, and no warm-up of its own: that would end with an empty queue.
static struct slo_window set_window(struct run_conf *conf, const struct slo *slo, uint64_t lead_ns,
                                    uint64_t lasting_ns)
{
    uint64_t rows = (lead_ns + conf->interval_ns - 1) / conf->interval_ns;
    struct slo_window window = {rows * conf->interval_ns, lasting_ns};
    conf->slo = slo;
    conf->slo_lead_ns = window.lead_ns;
    conf->duration_ns = window.lead_ns + lasting_ns;
    conf->warmup_ns = 0;
    return window;
}

bool search_try(struct search *s, struct capacity *c, double rate, uint64_t lasting_ns, struct err *err)
{
    struct run_conf conf = server_timed(s->conf, lasting_ns);
    struct trial trial;
    if (!grow_each(c)) {
        err_set(err, ERR_RUN, "not enough memory for one more trial");
        return false;
    }
    const struct capacity *asks = capacity_promise(c, s->asks);
    const struct capacity_trial planned = {
        .rate = rate, .phase = asks->search.phase, .at_s = (double)(clock_ns() - s->began_ns) * 1e-9};
    conf.rate = rate;
    conf.seed += s->seed + c->n;
    struct slo_window window =
        set_window(&conf, &asks->slo, search_lead_ns(s->conf, longest_ns(c), lasting_ns), lasting_ns);
    conf.prefill = s->fill;
    s->fill = false;
    label(s, "trial %zu (%s), %.0f req/s", c->n + 1, saturation_phase_name(planned.phase), rate);
    if (server_measure(s->server, &s->question, &conf, &trial, err) < 0)
        return false;
    bool usable = take(c, &trial.summary);
    if (usable)
        take_each(s, c, &planned, &trial.summary, &window);
    server_trial_free(&trial);
    return usable;
}
