// SPDX-License-Identifier: MIT
#include "experiment/compare_slot.h"

#include "base/clock.h"
#include "experiment/peers.h"
#include "judge/sample.h"
#include "judge/warmup.h"
#include "stats/comparison_kinds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PILOT_NS (5 * NS_PER_S)       // of the run that finds the warm-up, at most
#define SPREAD_ROWS 64                // that tell how much they differ
#define PILOT_SHORT_NS (1 * NS_PER_S) // where slots are as short as can be

int compare_slot_measure(struct compare_test *c, const struct compare_slot *s, struct trial *trial,
                         struct err *err)
{
    struct run_conf conf = c->conf->each[s->target].workload.run;
    struct question q = compare_test_question(c, s->target);
    conf.requests = 0;
    conf.duration_ns = s->lasting_ns;
    conf.warmup_ns = s->warmup_ns;
    conf.seed += s->block;
    conf.prefill = s->fill && conf.keyspace > 0;
    if (s->cpus)
        conf.cpus = *s->cpus;
    session_pause(c->session, c->conf->idle_ns);
    return server_measure(&c->servers[s->target], &q, &conf, trial, err);
}

static uint64_t warmup_of(const struct summary *s)
{
    double *y = malloc(WARMUP_MAX * sizeof *y);
    unsigned n = 0;
    for (size_t i = 0; y && i + 1 < s->series.n && n < WARMUP_MAX; i++)
        y[n++] = (double)(s->series.rows[i].ok + s->series.rows[i].errors);
    int cut = y ? warmup_cut(y, n) : 0;
    free(y);
    return cut > 0 ? (uint64_t)cut * s->series.step_ns : 0;
}

// With fewer connections than asked for, or without one of the ranks, a target had another load than the
// others. 0, or -1 with err.
static int check_connections(struct compare_test *c, unsigned t, const struct summary *s, struct err *err)
{
    const char *name = c->conf->each[t].name, *why = s->note;
    char missing[GENERATORS_WHY];
    if (generators_missing(&s->generators, missing))
        why = missing;
    else if (s->lost == 0 || s->ending == ENDING_SKIPPED)
        return 0;
    snprintf(c->comparison->note, sizeof c->comparison->note, "%.60s: %.180s", name, why);
    return err_set(err, ERR_RUN, "%.60s: %.400s", name, why);
}

static uint64_t pilot_ns(const struct compare_conf *conf)
{
    if (conf->slot_ns == 0)
        return PILOT_SHORT_NS;
    return conf->slot_ns < PILOT_NS ? conf->slot_ns : PILOT_NS;
}

// The deviation that the logarithm of one second's throughput would have, if those of the rows were
// independent.
static double spread_of(const struct summary *s)
{
    double logs[SPREAD_ROWS];
    unsigned n = 0;
    size_t first = (size_t)warmup_of(s) / (s->series.step_ns ? s->series.step_ns : 1);
    for (size_t i = first; i + 1 < s->series.n && n < SPREAD_ROWS; i++)
        if (s->series.rows[i].ok)
            logs[n++] = log((double)s->series.rows[i].ok);
    if (n < 3)
        return 0;
    return sqrt(sample_squares(logs, n) / (n - 1) * (double)s->series.step_ns * 1e-9);
}

// Keeps the slowest of all targets.
static void learn_speed(struct compare_pilots *p, const struct summary *s)
{
    double spread = spread_of(s);
    p->spread = spread > p->spread ? spread : p->spread;
    double rps = s->wall_ns ? summary_rps(s) : 0;
    uint64_t p99_ns = s->quantiles[QUANTILE_P99].ns;
    p->rps = rps > 0 && (p->rps <= 0 || rps < p->rps) ? rps : p->rps;
    p->p99_ns = p99_ns > p->p99_ns ? p99_ns : p->p99_ns;
}

int compare_slot_pilot(struct compare_test *c, unsigned t, struct err *err)
{
    struct compare_slot s = {t, 0, 0, pilot_ns(c->conf), true, NULL};
    struct trial trial = {0};
    uint64_t began_ns = peers_clock();
    if (compare_test_freshen(c, t, err) < 0 || compare_slot_measure(c, &s, &trial, err) < 0)
        return -1;
    uint64_t took_ns = peers_clock() - began_ns;
    if (took_ns > s.lasting_ns && took_ns - s.lasting_ns > c->pilots.overhead_ns)
        c->pilots.overhead_ns = took_ns - s.lasting_ns;
    learn_speed(&c->pilots, &trial.summary);
    bool skipped = trial.summary.ending == ENDING_SKIPPED;
    if (skipped)
        compare_test_leave_out(c, t, trial.summary.note);
    uint64_t needs_ns = warmup_of(&trial.summary);
    if (!c->conf->warms && needs_ns > c->comparison->warmup_ns)
        c->comparison->warmup_ns = needs_ns;
    compare_test_learn(c, trial.summary.test, trial.summary.title, &trial.summary.load);
    int rc = check_connections(c, t, &trial.summary, err);
    server_trial_free(&trial);
    return rc < 0 || skipped || c->session->stop.signal ? -1 : 0;
}

int compare_slot_take(struct compare_test *c, struct trial *trial, struct comparison_slot *slot,
                      struct err *err)
{
    const struct summary *s = &trial->summary;
    comparison_take(c->comparison, slot, s);
    comparison_kinds_take(c->comparison, slot, s);
    char why[SUMMARY_WHY];
    summary_why_none(s, why);
    bool ended =
        s->ending != ENDING_DONE || s->lost || !s->counts.ok || generators_missing(&s->generators, why);
    if (ended && !c->session->stop.signal)
        err_set(err, ERR_RUN, "%s", why);
    server_trial_free(trial);
    return ended || c->session->stop.signal ? -1 : 0;
}

int compare_slot_run(struct compare_test *c, const struct compare_slot *s, struct comparison_slot *slot,
                     struct err *err)
{
    struct trial trial = {0};
    if (compare_test_freshen(c, s->target, err) < 0 || compare_slot_measure(c, s, &trial, err) < 0)
        return -1;
    return compare_slot_take(c, &trial, slot, err);
}
