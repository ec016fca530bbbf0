// SPDX-License-Identifier: MIT
#include "experiment/capacity.h"

#include "base/clock.h"
#include "base/units.h"
#include "experiment/peers.h"
#include "experiment/search.h"
#include "experiment/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PEAK_NS (2 * NS_PER_S) // of the closed loop at first
#define TYPICAL_LENGTH 115     // of a whole search, in shortest trials
#define TRIAL_MIN_NS (100 * NS_PER_MS)

static int too_short(const struct capacity_conf *conf, double least_s, const char *why, struct err *err)
{
    char given[UNITS_TEXT];
    return err_set(err, ERR_USAGE, "--trial: expected at least %.2gs, because %s; got %s",
                   ceil(20 * least_s) / 20, why, units_duration(conf->trial_ns, given));
}

// A trial that is not much longer than the promise ends before a queue that grows can break it.
int capacity_check(const struct capacity_conf *conf, struct err *err)
{
    uint64_t least_ns = TRIAL_MIN_NS;
    for (unsigned i = 0; i < conf->promises; i++) {
        uint64_t its_ns = SLO_TRIAL * slo_longest_ns(&conf->promise[i]);
        least_ns = its_ns > least_ns ? its_ns : least_ns;
    }
    if (conf->trial_ns == 0 || conf->trial_ns >= least_ns)
        return 0;
    return too_short(conf, (double)least_ns * 1e-9, "a shorter trial cannot resolve --slo", err);
}

int capacity_open(struct capacity_experiment *x, struct err *err)
{
    return server_begin(&x->server, &x->session, &x->conf.workload, err);
}

// --- one test ---

// The search of the promise at this place.
static struct saturation *search_for(struct capacity *c, unsigned at)
{
    return at == 0 ? &c->search : &c->others[at - 1].search;
}

// Begins the search of each promise. Answers how long trials are at least; c->trial_s is as they should be.
static double begin_each(struct capacity *c)
{
    struct saturation_limit limit[SLO_MAX];
    double least_s = 0;
    c->trial_s = 0;
    for (unsigned i = 0; i <= c->others_n; i++) {
        unsigned n = capacity_limits(capacity_promise(c, i), limit);
        least_s = fmax(least_s, saturation_least_s(limit, n, c->peak_rps));
        c->trial_s = fmax(c->trial_s, saturation_shortest_s(limit, n, c->peak_rps));
        saturation_init(search_for(c, i), c->peak_rps, c->ceiling_rps, limit, n);
    }
    return least_s;
}

static double typical_s(const struct capacity *c)
{
    return c->trial_s * TYPICAL_LENGTH * (1 + c->others_n);
}

// Settles how long the shortest trials are, now that about the capacity is known. False with err.
static bool settle_length(const struct capacity_experiment *x, struct capacity *c, struct err *err)
{
    double least_s = begin_each(c);
    uint64_t trial_ns = x->conf.trial_ns;
    c->trial_s = trial_ns ? (double)trial_ns * 1e-9 : c->trial_s;
    if (trial_ns && c->trial_s < 0.99 * least_s) {
        too_short(&x->conf, least_s,
                  "at this server's speed too few requests of a shorter trial may miss --slo", err);
        return false;
    }
    char estimated[UNITS_TEXT];
    outcome_say(&x->session.outcome, "%s: trials of %s to %s s, estimated %s", c->title,
                UNITS_SECONDS(c->trial_s), UNITS_SECONDS(c->trial_s * saturation_length(SATURATION_LONG)),
                units_left(typical_s(c), estimated));
    return true;
}

// Tells all promises of the last trial.
static void answer(struct joint *j, const struct capacity *c)
{
    struct saturation_reply replies[CAPACITY_PROMISES];
    for (unsigned i = 0; i <= c->others_n; i++)
        replies[i] = capacity_reply(capacity_promise(c, i));
    joint_answer(j, replies);
}

static struct joint joint_for(struct capacity *c)
{
    struct joint j = {.n = 1 + c->others_n};
    for (unsigned i = 0; i < j.n; i++)
        j.search[i] = search_for(c, i);
    return j;
}

static uint64_t deadline_ns(const struct capacity_experiment *x, const struct capacity *c)
{
    uint64_t default_ns = (uint64_t)(typical_s(c) * CAPACITY_PATIENCE * 1e9);
    return peers_clock() + (x->conf.budget_ns ? x->conf.budget_ns : default_ns);
}

static void search(struct capacity_experiment *x, struct capacity *c, const struct test *row, struct err *err)
{
    const struct workload *w = &x->conf.workload;
    struct search s = {.server = &x->server,
                       .question = {row, w->command},
                       .conf = &w->run,
                       .session = &x->session,
                       .fill = w->run.prefill,
                       .began_ns = x->session.started_ns};
    double rate;
    x->server.calibrate = w->calibrate;
    bool on = search_peak(&s, c, PEAK_NS, err);
    x->server.calibrate = false;
    if (!on || !settle_length(x, c, err))
        return;
    struct joint j = joint_for(c);
    uint64_t until_ns = deadline_ns(x, c);
    while (!x->session.stop.signal && (s.asks = joint_next(&j, &rate)) != JOINT_NONE) {
        double lasting_s = c->trial_s * saturation_length(j.search[s.asks]->phase);
        if (!search_try(&s, c, rate, (uint64_t)(lasting_s * 1e9), err))
            return;
        answer(&j, c);
        const struct capacity *asked = capacity_promise(c, s.asks);
        if (asked->trials[asked->n - 1].outcome != SATURATION_PASS)
            session_pause(&x->session, x->conf.idle_ns);
        for (unsigned i = 0; peers_clock() > until_ns && i < j.n; i++)
            saturation_spent(j.search[i]);
    }
}

// Whether the search can say of a rate that it passes.
static bool found_any(const struct capacity *c)
{
    return c->search.end != SATURATION_DISTURBED && saturation_result(&c->search).pass > 0;
}

static void judge_promise(struct capacity_experiment *x, const struct capacity *c, unsigned at)
{
    struct outcome *o = &x->session.outcome;
    const struct capacity *p = capacity_promise(c, at);
    char sentence[256], promise[SLO_TEXT], where[SLO_TEXT + 2] = "";
    capacity_sentence(p, sentence);
    if (c->others_n)
        snprintf(where, sizeof where, "%s: ", slo_text(&p->slo, promise));
    if (!found_any(p))
        outcome_raise(o, OUTCOME_RUN, "%s: %s%s", c->title, where, sentence);
    else if (x->conf.strict && p->search.end != SATURATION_FOUND)
        outcome_raise(o, OUTCOME_DOUBT, "%s: --strict: %s%s", c->title, where, sentence);
}

static void judge(struct capacity_experiment *x, const struct capacity *c, const struct err *err)
{
    struct outcome *o = &x->session.outcome;
    if (x->session.stop.signal)
        return;
    if (err->code)
        outcome_raise(o, x->n > 1 || c->n ? OUTCOME_RUN : outcome_of(err), "%s", err->text);
    else if (c->note[0])
        outcome_raise(o, OUTCOME_RUN, "%s: %s", c->title, c->note);
    for (unsigned i = 0; !err->code && !c->note[0] && i <= c->others_n; i++)
        judge_promise(x, c, i);
}

// Searches for one test. False when no other makes sense.
static bool test(void *experiment, const struct test *row)
{
    struct capacity_experiment *x = experiment;
    struct err err = {0};
    struct capacity *all = realloc(x->all, (x->n + 1) * sizeof *all);
    x->all = all ? all : x->all;
    if (!all || capacity_begin(&all[x->n], x->conf.promise, x->conf.promises) < 0) {
        outcome_raise(&x->session.outcome, OUTCOME_RUN, "not enough memory for one more test");
        return false;
    }
    struct capacity *c = &all[x->n++];
    double began_s = session_now_s(&x->session);
    search(x, c, row, &err);
    c->spent_s = session_now_s(&x->session) - began_s;
    if (!c->title)
        c->title = suite_title(&x->conf.workload, row);
    judge(x, c, &err);
    return x->on.tested(x->on.ctx, c) && !err.code;
}

// --- the whole ---

void capacity_run(struct capacity_experiment *x)
{
    suite_run(&x->conf.workload, &x->session.stop, test, x);
    server_tell_values(&x->server, &x->session.outcome);
    server_tell_invalid(&x->server, &x->session.outcome);
}

void capacity_close(struct capacity_experiment *x)
{
    for (size_t i = 0; i < x->n; i++)
        capacity_free(&x->all[i]);
    free(x->all);
    server_close(&x->server);
}
