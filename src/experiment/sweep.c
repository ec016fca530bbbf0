// SPDX-License-Identifier: MIT
#include "experiment/sweep.h"

#include "base/rng.h"
#include "base/units.h"
#include "experiment/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sweep_open(struct sweep_experiment *x, struct err *err)
{
    return server_begin(&x->server, &x->session, &x->conf.workload, err);
}

// --- one point ---

// One test while it is measured.
struct passes {
    struct sweep_experiment *x;
    const struct test *row; // NULL: the user's command
    struct sweep *s;
    struct sweep_points points;
};

static void set_point(struct run_conf *conf, enum sweep_kind kind, double x)
{
    switch (kind) {
    case SWEEP_RATE:
        conf->rate = x;
        break;
    case SWEEP_CLIENTS:
        conf->clients = (unsigned)x;
        break;
    case SWEEP_PIPELINE:
        conf->pipeline = (unsigned)x;
        break;
    case SWEEP_SIZE:
        conf->data_bytes = (size_t)x;
        conf->value_sizes = (struct sizes){.lo = (uint32_t)x, .hi = (uint32_t)x};
        break;
    default:
        conf->keyspace = (uint64_t)x;
    }
}

// conf of any trial becomes that of p.
static void set_trial(struct run_conf *conf, const struct passes *t, const struct sweep_point *p)
{
    const struct sweep_conf *c = &t->x->conf;
    bool shifts = c->kind == SWEEP_SIZE || c->kind == SWEEP_KEYS;
    conf->prefill = c->workload.run.prefill && (shifts || (p->order == 0 && t->s->peak_rps <= 0));
    conf->seed += p->pass;
    if (p->x > 0)
        set_point(conf, c->kind, p->x);
}

// Takes what the trial says. Whether it says anything of the point.
static bool take(struct passes *t, struct sweep_point *p, const struct summary *found)
{
    struct sweep *s = t->s;
    char missing[GENERATORS_WHY];
    bool fewer = generators_missing(&found->generators, missing);
    bool usable = !fewer && (found->ending == ENDING_DONE || found->ending == ENDING_STALLED);
    if (found->lost && !s->lost[0])
        snprintf(s->lost, sizeof s->lost, "%.60s: %.240s", t->x->session.label, found->note);
    if (usable) {
        sweep_take(p, found);
        usable = sweep_demand(p, t->x->conf.asserts, t->x->conf.nasserts, found) == 0;
        if (!usable)
            snprintf(s->note, sizeof s->note, "not enough memory to judge the assertions");
    } else {
        snprintf(s->note, sizeof s->note, "%.300s", fewer ? missing : found->note);
    }
    memcpy(s->test, found->test, sizeof s->test);
    if (!s->title)
        s->title = strdup(found->title);
    return usable;
}

// Measures into p. False when the sweep cannot go on: s->note or err says why.
static bool measure(struct passes *t, struct sweep_point *p, struct err *err)
{
    struct sweep_experiment *x = t->x;
    struct run_conf conf = server_timed(&x->conf.workload.run, x->conf.trial_ns);
    struct question q = {t->row, x->conf.workload.command};
    set_trial(&conf, t, p);
    session_pause(&x->session, x->conf.idle_ns);
    if (x->session.stop.signal)
        return false;
    struct trial *trial = calloc(1, sizeof *trial); // too large for a stack
    if (!trial) {
        err_set(err, ERR_RUN, "not enough memory for one more point");
        return false;
    }
    int rc = server_measure(&x->server, &q, &conf, trial, err);
    server_retell(&x->server, &x->session.facts);
    bool usable = rc == 0 && take(t, p, &trial->summary);
    if (rc == 0)
        server_trial_free(trial);
    free(trial);
    return usable;
}

// --- one test ---

// A closed loop tells which rates are worth a look.
static bool find_rates(struct passes *t, struct err *err)
{
    struct sweep_point p = {0};
    snprintf(t->x->session.label, sizeof t->x->session.label, "closed loop");
    if (!measure(t, &p, err))
        return false;
    t->s->peak_rps = p.rps;
    if (p.lost) // that was another load
        return false;
    sweep_points_around(p.rps, &t->points);
    return t->points.n > 0;
}

static void shuffle(unsigned *order, unsigned n, struct rng *rng)
{
    for (unsigned i = 0; i < n; i++)
        order[i] = i;
    for (unsigned i = n; i > 1; i--) {
        unsigned j = (unsigned)rng_below(rng, i), other = order[i - 1];
        order[i - 1] = order[j];
        order[j] = other;
    }
}

static void run_passes(struct passes *t, struct err *err)
{
    struct session *session = &t->x->session;
    const struct sweep_conf *c = &t->x->conf;
    struct rng rng = rng_init(session->facts.seed, 0);
    unsigned order[SWEEP_POINTS] = {0};
    struct sweep *s = t->s;
    if (c->kind == SWEEP_RATE && !t->points.n && !find_rates(t, err))
        return;
    s->points = calloc((size_t)t->points.n * c->passes, sizeof *s->points);
    for (unsigned pass = 0; s->points && pass < c->passes; pass++) {
        shuffle(order, t->points.n, &rng);
        for (unsigned i = 0; i < t->points.n; i++) {
            struct sweep_point *p = &s->points[s->n];
            *p = (struct sweep_point){.x = t->points.x[order[i]], .pass = pass, .order = s->n};
            snprintf(session->label, sizeof session->label, "point %u of %u, %s %.0f", s->n + 1,
                     t->points.n * c->passes, sweep_kinds[c->kind], p->x);
            if (!measure(t, p, err))
                return;
            s->n++;
        }
    }
}

// --- what it says of the whole ---

static void judge_points(struct outcome *o, const struct sweep *s)
{
    const struct sweep_point *first = NULL;
    unsigned failed = 0;
    for (unsigned i = 0; i < s->n; i++) {
        bool fails = sweep_failed(s, &s->points[i]);
        failed += fails;
        if (fails && !first)
            first = &s->points[i];
    }
    if (first)
        outcome_raise(o, OUTCOME_RUN,
                      "%s: %u of %u points failed, the first at %s %.15g: error replies %" PRIu64
                      ", connections lost %" PRIu64 ", unanswered requests %" PRIu64 ", outage %s s",
                      s->title, failed, s->n, sweep_kinds[s->kind], first->x, first->errors, first->lost,
                      first->unfinished, UNITS_SECONDS(first->outage_s));
}

static void judge_demands(struct outcome *o, const struct sweep *s)
{
    unsigned all, broken = sweep_broken(s, &all);
    if (broken)
        outcome_raise(o, OUTCOME_ASSERT, "%s: %u of %u assertions failed", s->title, broken, all);
}

static void judge(struct sweep_experiment *x, const struct sweep *s, const struct err *err)
{
    struct outcome *o = &x->session.outcome;
    if (err->code && !x->session.stop.signal)
        outcome_raise(o, x->n > 1 || s->n ? OUTCOME_RUN : outcome_of(err), "%s", err->text);
    else if (s->note[0] && !x->session.stop.signal)
        outcome_raise(o, OUTCOME_RUN, "%s: %s", s->title, s->note);
    else if (s->n == 0 && !x->session.stop.signal)
        outcome_raise(o, OUTCOME_RUN, "%s: nothing was measured", s->title);
    if (s->lost[0])
        outcome_raise(o, OUTCOME_RUN, "%s: %s", s->title, s->lost);
    judge_points(o, s);
    judge_demands(o, s);
}

// Measures one test. False when no other makes sense.
static bool test(void *experiment, const struct test *row)
{
    struct sweep_experiment *x = experiment;
    struct err err = {0};
    struct sweep *all = realloc(x->all, (x->n + 1) * sizeof *all);
    if (!all) {
        outcome_raise(&x->session.outcome, OUTCOME_RUN, "not enough memory for one more test");
        return false;
    }
    x->all = all;
    struct sweep *s = &all[x->n++];
    double began_s = session_now_s(&x->session);
    *s = (struct sweep){.kind = x->conf.kind, .lasting_s = (double)x->conf.trial_ns * 1e-9};
    run_passes(&(struct passes){x, row, s, x->conf.points}, &err);
    s->spent_s = session_now_s(&x->session) - began_s;
    if (!s->title)
        s->title = suite_title(&x->conf.workload, row);
    sweep_sort(s);
    judge(x, s, &err);
    return x->on.tested(x->on.ctx, s) && !err.code;
}

// --- the whole ---

void sweep_run(struct sweep_experiment *x)
{
    suite_run(&x->conf.workload, &x->session.stop, test, x);
    server_tell_values(&x->server, &x->session.outcome);
    server_tell_invalid(&x->server, &x->session.outcome);
}

void sweep_close(struct sweep_experiment *x)
{
    for (size_t i = 0; i < x->n; i++)
        sweep_free(&x->all[i]);
    free(x->all);
    server_close(&x->server);
}
