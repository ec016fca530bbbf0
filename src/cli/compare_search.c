// SPDX-License-Identifier: MIT
// --slo: capacity is what a comparison compares.
#include "base/clock.h"
#include "base/rng.h"
#include "cli/compare_round.h"
#include "experiment/search.h"
#include "judge/bracket.h"

#include <math.h>
#include <stdlib.h>

#define SEEDS 1000 // from block to block: more than a search has trials

// What the trials of a target are made of.
static struct search search_of(const struct round *r, const struct moment *m, struct slice *words)
{
    unsigned t = m->target;
    return (struct search){.server = &r->c->servers[t],
                           .question = {r->row, {words, (size_t)r->c->o.each[t].argc}},
                           .conf = &r->c->o.each[t].run,
                           .seed = (uint64_t)m->block * SEEDS,
                           .began_ns = clock_ns()};
}

uint64_t round_trial_ns(const struct compare *c)
{
    return c->o.slot_ns / BRACKET_STEPS;
}

// After a trial: a server that failed is given time to find its feet.
static void rest(struct compare *c, const struct capacity *found)
{
    bool held = found->trials[found->n - 1].outcome == SATURATION_PASS;
    session_pause(&c->session, c->o.idle_ns * (held ? 1 : ROUND_FAILED));
}

static void add_trials(struct comparison_slot *slot, const struct capacity *found)
{
    for (const struct capacity_trial *t = found->trials; t < found->trials + found->n; t++) {
        slot->answered += t->due - t->unfinished;
        slot->errors += t->errors;
    }
    slot->hits = found->hits;
    slot->misses = found->misses;
    slot->evicted = found->evicted;
    slot->aof = found->aof;
    slot->saved = found->saved;
}

// One look, as it goes on.
struct look {
    struct compare *c;
    struct search search;
    struct capacity found;
    struct bracket bracket;
    enum limit limit; // CLIENT where it is not known that the server could do no more
};

// One rate, again where the client spoilt it: then it says nothing of the server. False when that cannot go
// on: err or found.note says why, but for a signal.
static bool try_rate(struct look *l, double rate, enum saturation_outcome *outcome, struct err *err)
{
    const struct compare *c = l->c;
    *outcome = SATURATION_VOID;
    for (int i = 0; i < SATURATION_VOID_TRIES && *outcome == SATURATION_VOID && !c->session.stop.signal;
         i++) {
        if (!search_try(&l->search, &l->found, rate, round_trial_ns(c), err))
            return false;
        *outcome = l->found.trials[l->found.n - 1].outcome;
        rest(l->c, &l->found);
    }
    return !c->session.stop.signal;
}

// Rate after rate. False as try_rate.
static bool try_rates(struct look *l, struct err *err)
{
    enum saturation_outcome outcome;
    double rate;
    while (bracket_next(&l->bracket, &rate)) {
        if (!try_rate(l, rate, &outcome, err))
            return false;
        bracket_answer(&l->bracket, outcome == SATURATION_PASS);
        if (outcome != SATURATION_PASS)
            l->limit = outcome == SATURATION_VOID ? LIMIT_CLIENT : LIMIT_SERVER;
    }
    return true;
}

int round_look(struct round *r, const struct moment *m, struct comparison_slot *slot, struct err *err)
{
    struct compare *c = r->c;
    struct slice *words = round_words(c, m->target, err);
    struct rng rng = rng_init(c->facts.seed + m->block, c->slot);
    if (!words || round_freshen(c, m->target, err) < 0) {
        free(words);
        return -1;
    }
    struct look l = {.c = c, .search = search_of(r, m, words), .found = {.slo = c->o.slo}};
    l.search.fill = m->fill && l.search.conf->keyspace > 0;
    bracket_init(&l.bracket, r->hints[m->target], rng_unit(&rng));
    session_pause(&c->session, c->o.idle_ns);
    bool on = try_rates(&l, err);
    slot->value[COMPARISON_CAPACITY] = bracket_value(&l.bracket);
    slot->limited_by = l.limit;
    slot->server_cpu_s = -1;
    add_trials(slot, &l.found);
    if (!on && !err->code && !c->session.stop.signal)
        err_set(err, ERR_RUN, "%.300s", l.found.note);
    capacity_free(&l.found);
    free(words);
    return on ? 0 : -1;
}

// The first search of a target: the closed loop, then rough steps. Answers about where its capacity is; 0
// where there is none to be compared: found->note or err says why.
static double seek(struct round *r, struct search *s, struct capacity *found, struct err *err)
{
    struct compare *c = r->c;
    struct saturation *search = &found->search;
    double rate;
    if (!search_peak(s, found, ROUND_PEAK * round_trial_ns(c), err))
        return 0;
    struct saturation_limit limit[SLO_MAX];
    saturation_init(search, found->peak_rps, 0, limit, capacity_limits(&c->o.slo, limit));
    while (!c->session.stop.signal && saturation_next(search, &rate) && search->phase == SATURATION_ROUGH) {
        if (!search_try(s, found, rate, round_trial_ns(c), err))
            return 0;
        struct saturation_reply reply = capacity_reply(found);
        saturation_answer(search, &reply);
        rest(c, found);
    }
    struct saturation_result b = saturation_result(search);
    char why[256];
    if (b.pass == 0 && !c->session.stop.signal) {
        capacity_sentence(found, why);
        snprintf(found->note, sizeof found->note, "%s",
                 search->end == SATURATION_GOES_ON ? "no rate is known to pass what --slo asks" : why);
    }
    return b.fail > 0 ? sqrt(b.pass * b.fail) : b.pass;
}

int round_seek(struct round *r, unsigned t, struct err *err)
{
    struct compare *c = r->c;
    struct slice *words = round_words(c, t, err);
    struct capacity found = {.slo = c->o.slo};
    if (!words)
        return -1;
    struct search s = search_of(r, &(struct moment){.target = t}, words);
    s.fill = s.conf->keyspace > 0;
    r->hints[t] = round_freshen(c, t, err) == 0 ? seek(r, &s, &found, err) : 0;
    if (found.test[0])
        round_learn(r, found.test, found.title, &found.load);
    if (found.note[0] && !c->session.stop.signal)
        round_leave_out(r, t, found.note);
    capacity_free(&found);
    free(words);
    return r->hints[t] > 0 && !c->session.stop.signal ? 0 : -1;
}
