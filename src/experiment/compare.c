// SPDX-License-Identifier: MIT
#include "experiment/compare.h"

#include "base/clock.h"
#include "experiment/compare_blocks.h"
#include "experiment/compare_capacity.h"
#include "experiment/suite.h"
#include "judge/bracket.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS_FIT 6 // fewer give no exact interval

// --- opening ---

// SET and GET, or what the baseline has, where nothing is named.
static int choose_tests(struct compare_experiment *x, struct err *err)
{
    struct compare_conf *conf = &x->conf;
    const char *known = conf->first ? x->baseline.names : "set,get";
    const struct workload *lead = compare_lead(conf);
    if (!lead->tests && !lead->command.n && catalog_unknown(known).len)
        return err_set(err, ERR_USAGE,
                       "--baseline: run %" PRId64
                       " measured %.100s, which is no test of -t: give that command "
                       "again, behind the target",
                       x->baseline.run, known);
    for (unsigned t = conf->first; t < conf->targets; t++)
        if (!conf->each[t].workload.tests && !conf->each[t].workload.command.n)
            conf->each[t].workload.tests = known;
    return 0;
}

static int open_servers(struct compare_experiment *x, struct err *err)
{
    struct compare_conf *conf = &x->conf;
    for (x->opened = conf->first; x->opened < conf->targets; x->opened++) {
        struct workload *w = &conf->each[x->opened].workload;
        struct server *s = &x->servers[x->opened];
        w->run.seed = compare_lead(conf)->run.seed;
        s->stop = &x->session.stop;
        if (server_open(s, &w->run, w->embedded, err) < 0)
            return -1;
        s->name = conf->each[x->opened].name;
        s->watch = &x->session.watch;
    }
    return 0;
}

int compare_open(struct compare_experiment *x, struct err *err)
{
    struct run_facts *facts = &x->session.facts;
    if ((x->conf.first && baseline_open(&x->baseline, &x->conf, x->session.stop.fd, err) < 0) ||
        choose_tests(x, err) < 0 || open_servers(x, err) < 0)
        return -1;
    session_start(&x->session);
    facts->seed = compare_lead(&x->conf)->run.seed;
    if (x->conf.aa) { // one server; else each target has its own
        facts->target = x->servers[0].target.addr.text;
        facts->server_name = x->servers[0].who.name;
        facts->server_version = x->servers[0].who.version;
    }
    return 0;
}

// --- one test ---

static void begin(const struct compare_experiment *x, struct comparison *comparison, const struct test *row)
{
    const struct compare_conf *conf = &x->conf;
    const struct run_conf *run = &compare_lead(conf)->run;
    *comparison =
        (struct comparison){.title = suite_title(compare_lead(conf), row),
                            .targets = conf->targets,
                            .primary = conf->slo.n     ? COMPARISON_CAPACITY
                                       : run->rate > 0 ? COMPARISON_P99
                                                       : COMPARISON_THROUGHPUT,
                            .aa = conf->aa,
                            .slo = conf->slo.n ? &conf->slo : NULL,
                            .load = {.rate = run->rate, .clients = run->clients, .pipeline = run->pipeline},
                            .slot_ns = conf->slo.n ? compare_capacity_trial_ns(conf) : conf->slot_ns,
                            .blocks_asked = conf->blocks,
                            .blocks = calloc(conf->blocks, sizeof *comparison->blocks)};
    memcpy(comparison->margins, conf->margins, sizeof comparison->margins);
    memcpy(comparison->floors, conf->floors, sizeof comparison->floors);
    for (unsigned t = 0; t < conf->targets; t++) {
        comparison->names[t] = conf->each[t].name;
        comparison->terms[t].keys = -1;
    }
}

// Pilots, then blocks.
static void measure(struct compare_experiment *x, struct comparison *comparison, const struct test *row,
                    struct err *err)
{
    struct compare_test c = {.conf = &x->conf,
                             .session = &x->session,
                             .servers = x->servers,
                             .progress = &x->progress,
                             .comparison = comparison,
                             .row = row};
    x->progress.comparison = comparison;
    x->progress.slot = x->progress.slots = 0;
    if (compare_blocks_pilot(&c, err) < 0)
        return;
    if (x->conf.first)
        comparison->baseline = baseline_of(&x->baseline, comparison, comparison->note);
    if (!x->conf.first || comparison->baseline)
        compare_blocks_run(&c);
}

static void judge_test(struct compare_experiment *x, const struct comparison *c, const struct err *err)
{
    struct outcome *o = &x->session.outcome;
    if (x->session.stop.signal)
        return;
    if (err->code)
        outcome_raise(o, x->measured ? OUTCOME_RUN : outcome_of(err), "%s: %s", c->title, err->text);
    else if (c->n < x->conf.blocks) // asked for and not had, whatever other tests say
        outcome_raise(o, OUTCOME_RUN, "%s: %s", c->title, c->note);
}

// False when no other makes sense.
static bool test(struct compare_experiment *x, const struct test *row)
{
    struct err err = {0};
    struct comparison *all = realloc(x->all, (x->n + 1) * sizeof *all);
    if (all)
        begin(x, &all[x->n], row);
    x->all = all ? all : x->all;
    if (!all || !all[x->n].title || !all[x->n].blocks) {
        outcome_raise(&x->session.outcome, OUTCOME_RUN, "not enough memory for one more test");
        x->n += all != NULL;
        return false;
    }
    struct comparison *c = &all[x->n++];
    measure(x, c, row, &err);
    x->measured |= c->n > 0;
    bool wanted = x->on.tested(x->on.ctx, c);
    judge_test(x, c, &err);
    return wanted && !x->session.stop.signal && !err.code && (c->n == x->conf.blocks || c->n == 0);
}

// --- the whole ---

// What a slot takes beside the time for which it measures.
static uint64_t overhead_ns(const struct compare_conf *conf)
{
    uint64_t warm_ns = conf->warms ? compare_lead(conf)->run.warmup_ns : NS_PER_S;
    if (conf->slo.n == 0)
        return conf->idle_ns + warm_ns + 30 * NS_PER_MS;
    return conf->slot_ns / 10 +
           BRACKET_STEPS * (conf->idle_ns * (1 + COMPARE_CAPACITY_FAILED) / 2 + 30 * NS_PER_MS);
}

static void estimate(struct compare_experiment *x)
{
    const struct compare_conf *conf = &x->conf;
    unsigned live = conf->targets - conf->first, each = live == 2 ? 4 : live;
    unsigned tests = suite_count(suite_of(compare_lead(conf)));
    uint64_t pilot_ns = conf->slo.n
                            ? conf->slot_ns * (COMPARE_CAPACITY_PEAK + COMPARE_CAPACITY_ROUGH) / BRACKET_STEPS
                            : conf->slot_ns;
    struct compare_progress *p = &x->progress;
    p->slots_all = (uint64_t)tests * conf->blocks * each;
    p->slot_cost_ns = conf->slot_ns + overhead_ns(conf);
    uint64_t whole_s = (p->slots_all * p->slot_cost_ns + (uint64_t)tests * live * pilot_ns) / NS_PER_S;
    outcome_say(&x->session.outcome, "%u test%s, %u blocks of %u slot%s each: about %u:%02u minutes", tests,
                tests > 1 ? "s" : "", conf->blocks, each, each > 1 ? "s" : "", (unsigned)(whole_s / 60),
                (unsigned)(whole_s % 60));
    if (conf->blocks < BLOCKS_FIT && !conf->first)
        outcome_say(&x->session.outcome,
                    "fewer than %d blocks have no exact interval: theirs is that of a paired t test",
                    BLOCKS_FIT);
}

void compare_run(struct compare_experiment *x)
{
    struct suite suite = suite_of(compare_lead(&x->conf));
    const struct test *row;
    estimate(x);
    while (suite_next(&suite, &row) && test(x, row))
        ;
    if (!x->measured && !x->session.stop.signal)
        outcome_raise(&x->session.outcome, OUTCOME_RUN, "there is nothing to compare: no block became whole");
}

static bool is_open(const struct contrast *x)
{
    return !x->judged || x->muddled || (!x->better && x->finding != FINDING_EQUIVALENT);
}

// Worse beyond the margin in the metric that decides is a regression.
void compare_judge(struct compare_experiment *x)
{
    const struct compare_conf *conf = &x->conf;
    const char *candidate = conf->each[conf->targets - 1].name;
    for (const struct comparison *c = x->all; c < x->all + x->n; c++) {
        struct contrast all[COMPARISON_METRICS];
        comparison_judge(c, c->targets - 1, all);
        const struct contrast *primary = &all[c->primary];
        if (primary->judged && primary->better < 0 && !primary->muddled && !conf->aa)
            outcome_raise(&x->session.outcome, OUTCOME_WORSE, "%s: %s is worse than %s, beyond the margin",
                          c->title, candidate, conf->each[0].name);
        if (is_open(primary) && conf->strict)
            outcome_raise(&x->session.outcome, OUTCOME_OPEN,
                          "%s: --strict: %s is neither better nor worse nor equal: no verdict", c->title,
                          candidate);
    }
}

void compare_close(struct compare_experiment *x)
{
    for (size_t i = 0; i < x->n; i++)
        comparison_free(&x->all[i]);
    free(x->all);
    for (unsigned t = x->conf.first; t < x->opened; t++)
        server_close(&x->servers[t]);
    baseline_close(&x->baseline);
}
