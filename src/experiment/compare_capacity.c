// SPDX-License-Identifier: MIT
#include "experiment/compare_capacity.h"

#include "base/clock.h"
#include "base/rng.h"
#include "experiment/search.h"
#include "judge/bracket.h"

#include <math.h>
#include <stdio.h>

#define SEEDS 1000 // from block to block: more than a search has trials

// What the trials of a target are made of.
static struct search search_of(const struct compare_test *c, unsigned target, unsigned block)
{
    return (struct search){.server = &c->servers[target],
                           .question = compare_test_question(c, target),
                           .conf = &c->conf->each[target].workload.run,
                           .seed = (uint64_t)block * SEEDS,
                           .began_ns = clock_ns()};
}

uint64_t compare_capacity_trial_ns(const struct compare_conf *conf)
{
    return conf->slot_ns / BRACKET_STEPS;
}

// After a trial: a server that failed is given time to find its feet.
static void rest(struct compare_test *c, const struct capacity *found)
{
    bool held = found->trials[found->n - 1].outcome == SATURATION_PASS;
    session_pause(c->session, c->conf->idle_ns * (held ? 1 : COMPARE_CAPACITY_FAILED));
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

// One search, as it goes on.
struct slot_search {
    struct compare_test *c;
    struct search search;
    struct capacity found;
    struct bracket bracket;
    enum limit limit; // CLIENT where it is not known that the server could do no more
};

// One rate, again where the client spoilt it: then it says nothing of the server. False when that cannot go
// on: err or found.note says why, but for a signal.
static bool try_rate(struct slot_search *l, double rate, enum saturation_outcome *outcome, struct err *err)
{
    const struct compare_test *c = l->c;
    *outcome = SATURATION_VOID;
    for (int i = 0; i < SATURATION_VOID_TRIES && *outcome == SATURATION_VOID && !c->session->stop.signal;
         i++) {
        if (!search_try(&l->search, &l->found, rate, compare_capacity_trial_ns(c->conf), err))
            return false;
        *outcome = l->found.trials[l->found.n - 1].outcome;
        rest(l->c, &l->found);
    }
    return !c->session->stop.signal;
}

// Rate after rate. False as try_rate.
static bool try_rates(struct slot_search *l, struct err *err)
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

int compare_capacity_run(struct compare_test *c, const struct compare_slot *s, struct comparison_slot *slot,
                         struct err *err)
{
    struct rng rng = rng_init(compare_conf_lead(c->conf)->run.seed + s->block, c->progress->slot);
    if (compare_test_freshen(c, s->target, err) < 0)
        return -1;
    struct slot_search l = {
        .c = c, .search = search_of(c, s->target, s->block), .found = {.slo = c->conf->slo}};
    l.search.fill = s->fill && l.search.conf->keyspace > 0;
    bracket_init(&l.bracket, c->hints[s->target], rng_unit(&rng));
    session_pause(c->session, c->conf->idle_ns);
    bool on = try_rates(&l, err);
    slot->value[COMPARISON_CAPACITY] = bracket_value(&l.bracket);
    slot->limited_by = l.limit;
    slot->server_cpu_s = -1;
    add_trials(slot, &l.found);
    if (!on && !err->code && !c->session->stop.signal)
        err_set(err, ERR_RUN, "%.300s", l.found.note);
    capacity_free(&l.found);
    return on ? 0 : -1;
}

// The first search of a target: the closed loop, then rough steps. Answers about where its capacity is; 0
// where there is none to be compared: found->note or err says why.
static double find(struct compare_test *c, struct search *s, struct capacity *found, struct err *err)
{
    struct saturation *search = &found->search;
    uint64_t trial_ns = compare_capacity_trial_ns(c->conf);
    double rate;
    if (!search_peak(s, found, COMPARE_CAPACITY_PEAK * trial_ns, err))
        return 0;
    struct saturation_limit limit[SLO_MAX];
    saturation_init(search, found->peak_rps, 0, limit, capacity_limits(found, limit));
    while (!c->session->stop.signal && saturation_next(search, &rate) && search->phase == SATURATION_ROUGH) {
        if (!search_try(s, found, rate, trial_ns, err))
            return 0;
        struct saturation_reply reply = capacity_reply(found);
        saturation_answer(search, &reply);
        rest(c, found);
    }
    struct saturation_result b = saturation_result(search);
    char why[256];
    if (b.pass == 0 && !c->session->stop.signal) {
        capacity_sentence(found, why);
        snprintf(found->note, sizeof found->note, "%s",
                 search->end == SATURATION_GOES_ON ? "no rate is known to meet --slo" : why);
    }
    return b.fail > 0 ? sqrt(b.pass * b.fail) : b.pass;
}

int compare_capacity_pilot(struct compare_test *c, unsigned t, struct err *err)
{
    struct capacity found = {.slo = c->conf->slo};
    struct search s = search_of(c, t, 0);
    s.fill = s.conf->keyspace > 0;
    c->hints[t] = compare_test_freshen(c, t, err) == 0 ? find(c, &s, &found, err) : 0;
    if (found.test[0])
        compare_test_learn(c, found.test, found.title, &found.load);
    if (found.note[0] && !c->session->stop.signal)
        compare_test_leave_out(c, t, found.note);
    capacity_free(&found);
    return c->hints[t] > 0 && !c->session->stop.signal ? 0 : -1;
}
