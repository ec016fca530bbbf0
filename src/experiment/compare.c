// SPDX-License-Identifier: MIT
#include "experiment/compare.h"

#include "base/build.h"
#include "base/clock.h"
#include "base/units.h"
#include "experiment/compare_blocks.h"
#include "experiment/compare_capacity.h"
#include "experiment/peers.h"
#include "experiment/suite.h"
#include "judge/sequential.h"
#include "stats/comparison_kinds.h"
#include "stats/comparison_noise.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS_FIT 6 // fewer give no exact interval

// --- opening ---

// SET and GET, or what the baseline has, where nothing is named.
static int choose_tests(struct compare_experiment *x, struct err *err)
{
    struct compare_conf *conf = &x->conf;
    const char *known = conf->first ? x->baseline.names : "set,get";
    const struct workload *lead = compare_conf_lead(conf);
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
        w->run.seed = compare_conf_lead(conf)->run.seed;
        s->stop = &x->session.stop;
        if (server_open(s, &w->run, w->embedded, err) < 0)
            return -1;
        s->name = conf->each[x->opened].name;
        s->watch = &x->session.watch;
    }
    return 0;
}

// --cluster of all targets may find a single server, but not nothing else.
static int check_clusters(const struct compare_experiment *x, struct err *err)
{
    const struct compare_conf *conf = &x->conf;
    bool asked = false, found = false;
    for (unsigned t = conf->first; t < conf->targets; t++) {
        asked |= conf->each[t].workload.run.cluster;
        found |= x->servers[t].map && !x->servers[t].map->lone;
    }
    return found || !asked ? 0
                           : err_set(err, ERR_CONNECT,
                                     "--cluster: no target is a node of a cluster: leave out --cluster");
}

int compare_open(struct compare_experiment *x, struct err *err)
{
    struct run_facts *facts = &x->session.facts;
    if ((x->conf.first && baseline_open(&x->baseline, &x->conf, x->session.stop.fd, err) < 0) ||
        choose_tests(x, err) < 0 || open_servers(x, err) < 0 || check_clusters(x, err) < 0)
        return -1;
    session_start(&x->session);
    facts->seed = compare_conf_lead(&x->conf)->run.seed;
    if (x->conf.aa) { // one server; else each target has its own
        facts->target = x->servers[0].target.addr.text;
        facts->server_name = x->servers[0].who.name;
        facts->server_version = x->servers[0].who.version;
    }
    return 0;
}

// --- how long it takes ---

// What can be told of this server and itself, by the noise of a first look alone.
static void tell_smallest(struct compare_experiment *x, const struct compare_test *c)
{
    uint64_t now_ns = peers_clock(), slots = compare_blocks_slots(&x->conf);
    uint64_t left_ns = c->deadline_ns > now_ns ? c->deadline_ns - now_ns : 0;
    unsigned fit = (unsigned)(left_ns / (slots * x->progress.slot_cost_ns));
    unsigned blocks = x->conf.blocks ? x->conf.blocks : fit < SEQUENTIAL_LAST ? fit : SEQUENTIAL_LAST;
    if (c->comparison->primary != COMPARISON_THROUGHPUT || c->pilots.spread <= 0)
        return;
    double spread = c->pilots.spread / sqrt((double)c->comparison->slot_ns * 1e-9);
    double smallest = comparison_noise_smallest_of(c->comparison, spread, COMPARISON_THROUGHPUT, blocks);
    if (smallest < 0)
        outcome_say(&x->session.outcome, "%s: the budget allows %u blocks, too few to detect any difference",
                    c->comparison->title, blocks);
    else
        outcome_say(
            &x->session.outcome,
            "%s: judging by a quick look, %u blocks can detect a difference of %.2g%% in throughput or more",
            c->comparison->title, blocks, 100 * smallest);
}

// Before the first block of the first test: then it is known what a slot takes.
static void tell_length(struct compare_experiment *x, const struct compare_test *c)
{
    const struct compare_conf *conf = &x->conf;
    unsigned tests = suite_count(suite_of(compare_conf_lead(conf))), each = compare_blocks_slots(conf);
    char estimated[UNITS_TEXT];
    struct compare_progress *p = &x->progress;
    p->slot_cost_ns = compare_blocks_slot_cost_ns(c);
    if (conf->aa)
        tell_smallest(x, c);
    if (conf->blocks == 0 || p->slots_all)
        return;
    p->slots_all = (uint64_t)tests * conf->blocks * each;
    uint64_t pilots_ns = (tests - 1) * (uint64_t)(c->comparison->spent_s * 1e9);
    uint64_t whole_s = (p->slots_all * p->slot_cost_ns + pilots_ns + NS_PER_S / 2) / NS_PER_S;
    outcome_say(&x->session.outcome, "%u test%s, %u blocks of %u slot%s each: estimated %s", tests,
                tests > 1 ? "s" : "", conf->blocks, each, each > 1 ? "s" : "",
                units_left((double)whole_s, estimated));
    if (conf->blocks < BLOCKS_FIT && !conf->first)
        outcome_say(&x->session.outcome,
                    "fewer than %d blocks have no exact interval; a paired t test is used", BLOCKS_FIT);
}

// Where each test ends when it knows, nobody can say more than this.
static void tell_budget(struct compare_experiment *x)
{
    const struct compare_conf *conf = &x->conf;
    unsigned tests = suite_count(suite_of(compare_conf_lead(conf)));
    char most[UNITS_TEXT];
    x->progress.deadline_ns = conf->blocks ? 0 : peers_clock() + conf->budget_ns;
    if (conf->blocks == 0)
        outcome_say(&x->session.outcome, "%u test%s, as many blocks as each verdict needs: at most %s", tests,
                    tests > 1 ? "s" : "", units_left((double)conf->budget_ns / NS_PER_S, most));
}

// --- one test ---

static void begin(const struct compare_experiment *x, struct comparison *comparison, const struct test *row)
{
    const struct compare_conf *conf = &x->conf;
    const struct run_conf *run = &compare_conf_lead(conf)->run;
    *comparison = (struct comparison){
        .title = suite_title(compare_conf_lead(conf), row),
        .targets = conf->targets,
        .primary = conf->slo.n     ? COMPARISON_CAPACITY
                   : run->rate > 0 ? COMPARISON_P99
                                   : COMPARISON_THROUGHPUT,
        .aa = conf->aa,
        .restarts = conf->restart_command != NULL,
        .slo = conf->slo.n ? &conf->slo : NULL,
        .load = {.rate = run->rate, .clients = run->clients, .pipeline = run->pipeline},
        .slot_ns = conf->slo.n ? compare_capacity_trial_ns(conf) : conf->slot_ns,
        .blocks_asked = conf->blocks,
        .budget_s = conf->blocks ? 0 : (double)conf->budget_ns * 1e-9,
        .blocks = calloc(conf->blocks ? conf->blocks : SEQUENTIAL_LAST, sizeof *comparison->blocks)};
    memcpy(comparison->margins, conf->margins, sizeof comparison->margins);
    memcpy(comparison->floors, conf->floors, sizeof comparison->floors);
    for (unsigned t = 0; t < conf->targets; t++) {
        comparison->names[t] = conf->each[t].name;
        comparison->terms[t].keys = -1;
    }
}

static void judge_test(struct compare_experiment *x, const struct comparison *c, const struct err *err)
{
    struct outcome *o = &x->session.outcome;
    if (x->session.stop.signal)
        return;
    if (err->code)
        outcome_raise(o, x->measured ? OUTCOME_RUN : outcome_of(err), "%s: %s", c->title, err->text);
    else if (c->end == COMPARISON_BROKEN) // asked for and not had, whatever other tests say
        outcome_raise(o, OUTCOME_RUN, "%s: %s", c->title, c->note);
}

// Nothing more comes of a test. False when no other makes sense.
static bool finish(struct compare_experiment *x, struct compare_test *c, const struct err *err)
{
    const struct comparison *comparison = c->comparison;
    bool whole = comparison->n > 0;
    x->measured |= whole || comparison->partial;
    c->done = true;
    bool wanted = x->on.tested(x->on.ctx, comparison);
    judge_test(x, comparison, err);
    return wanted && !x->session.stop.signal && !err->code &&
           (comparison->end != COMPARISON_BROKEN || !whole);
}

// A part of the time that is left, for one of so many tests that need it.
static void share_out(const struct compare_experiment *x, struct compare_test *c, unsigned tests)
{
    uint64_t now_ns = peers_clock(), all_ns = x->progress.deadline_ns;
    c->deadline_ns = all_ns > now_ns ? now_ns + (all_ns - now_ns) / (tests ? tests : 1) : now_ns;
}

// Filling a server can take longer than all the rest: its blocks are to have half of their time still.
static void allow_for_pilots(struct compare_experiment *x, struct compare_test *c, uint64_t began_ns)
{
    uint64_t now_ns = peers_clock(), half_ns = (c->deadline_ns - began_ns) / 2;
    if (x->conf.blocks || now_ns + half_ns <= c->deadline_ns)
        return;
    outcome_say(&x->session.outcome, "%s: filling the servers took %s s of its budget, so it ends %s s later",
                c->comparison->title, UNITS_SECONDS((double)(now_ns - began_ns) * 1e-9),
                UNITS_SECONDS((double)(now_ns + half_ns - c->deadline_ns) * 1e-9));
    x->progress.deadline_ns += now_ns + half_ns - c->deadline_ns;
    c->deadline_ns = now_ns + half_ns;
}

static void show(struct compare_experiment *x, const struct compare_test *c)
{
    x->progress.comparison = c->comparison;
    x->progress.slot = x->progress.slots = 0;
    x->progress.now = (struct contrast){0};
}

static void run_blocks(struct compare_experiment *x, struct compare_test *c)
{
    uint64_t began_ns = peers_clock();
    show(x, c);
    compare_blocks_run(c);
    c->comparison->spent_s += (double)(peers_clock() - began_ns) * 1e-9;
}

// Pilots, then blocks; left: how many tests are still to come, this one among them. False when no other makes
// sense. A test that ends by its part of the budget is not done: others may leave it some of theirs.
static bool test(struct compare_experiment *x, struct compare_test *c, unsigned left)
{
    struct err err = {0};
    struct comparison *comparison = c->comparison;
    uint64_t began_ns = peers_clock();
    show(x, c);
    share_out(x, c, left);
    bool held = compare_blocks_pilot(c, &err) == 0;
    if (held) {
        allow_for_pilots(x, c, began_ns);
        compare_blocks_settle(c);
    }
    comparison->spent_s = (double)(peers_clock() - began_ns) * 1e-9;
    if (held && x->conf.first) {
        comparison->baseline = baseline_of(&x->baseline, comparison, comparison->note);
        held = comparison->baseline;
    }
    if (held) {
        tell_length(x, c);
        run_blocks(x, c);
    }
    return comparison->end == COMPARISON_BUDGET || finish(x, c, &err);
}

// A test that its part of the budget did not suffice for goes on with what the others have left.
static void go_on(struct compare_experiment *x, struct compare_test *c, unsigned left)
{
    share_out(x, c, left);
    run_blocks(x, c);
}

// --- the whole ---

static bool add(struct compare_experiment *x, const struct test *row)
{
    struct comparison *comparison = &x->all[x->n];
    begin(x, comparison, row);
    x->tests[x->n++] = (struct compare_test){.conf = &x->conf,
                                             .session = &x->session,
                                             .servers = x->servers,
                                             .progress = &x->progress,
                                             .comparison = comparison,
                                             .row = row};
    return comparison->title && comparison->blocks;
}

static unsigned undone(const struct compare_experiment *x)
{
    unsigned n = 0;
    for (size_t i = 0; i < x->n; i++)
        n += !x->tests[i].done;
    return n;
}

// Each test once.
static bool run_all(struct compare_experiment *x, struct suite suite)
{
    unsigned left = suite_count(suite);
    const struct test *row;
    bool on = true;
    while (on && suite_next(&suite, &row)) {
        on = add(x, row);
        if (!on)
            outcome_raise(&x->session.outcome, OUTCOME_RUN, "not enough memory for one more test");
        on = on && test(x, &x->tests[x->n - 1], left--);
    }
    return on;
}

void compare_run(struct compare_experiment *x)
{
    struct suite suite = suite_of(compare_conf_lead(&x->conf));
    unsigned most = suite_count(suite);
    struct err none = {0}, err = {0};
    if (peers_meet(&none, &x->session.stop, &err) < 0) { // all go by one clock from here on
        outcome_raise(&x->session.outcome, OUTCOME_RUN, "%s", err.text);
        return;
    }
    x->all = calloc(most, sizeof *x->all);
    x->tests = calloc(most, sizeof *x->tests);
    if (!x->all || !x->tests) {
        outcome_raise(&x->session.outcome, OUTCOME_RUN, "not enough memory for the tests");
        return;
    }
    tell_budget(x);
    bool on = run_all(x, suite), whole = false;
    for (struct compare_test *c = x->tests; c < x->tests + x->n; c++) {
        whole |= c->comparison->n > 0;
        if (c->done || !c->comparison->title)
            continue;
        if (on)
            go_on(x, c, undone(x));
        on &= finish(x, c, &none);
    }
    if (!whole && !x->session.stop.signal)
        outcome_raise(&x->session.outcome, OUTCOME_RUN, "nothing to compare: no block was completed");
}

static bool is_open(const struct contrast *x)
{
    return !x->judged || x->muddled || (!x->better && x->finding != FINDING_EQUIVALENT);
}

// Worse beyond the margin in the metric that decides is a regression.
void compare_judge(struct compare_experiment *x)
{
    const struct compare_conf *conf = &x->conf;
    for (unsigned t = conf->first; t < x->opened; t++)
        server_tell_values(&x->servers[t], &x->session.outcome);
    const char *candidate = conf->each[conf->targets - 1].name;
    for (const struct comparison *c = x->all; c < x->all + x->n; c++) {
        struct contrast all[COMPARISON_METRICS];
        comparison_judge(c, c->targets - 1, all);
        const struct contrast *primary = &all[c->primary];
        if (primary->judged && primary->better < 0 && !primary->muddled && !conf->aa)
            outcome_raise(&x->session.outcome, OUTCOME_WORSE,
                          "%s: %s is worse than %s by more than the margin", c->title, candidate,
                          conf->each[0].name);
        if (is_open(primary) && conf->strict)
            outcome_raise(&x->session.outcome, OUTCOME_OPEN, "%s: --strict: no verdict for %s", c->title,
                          candidate);
    }
}

// --- what it was as a whole ---

static void facts_of_baseline(const struct compare_experiment *x, struct compare_facts *facts,
                              struct compare_baseline *told)
{
    const struct baseline *b = &x->baseline;
    char tool[96];
    *told = (struct compare_baseline){.path = x->conf.baseline_path, .run = b->run, .started = b->started};
    snprintf(tool, sizeof tool, "%s %s", build.version, build.git);
    fingerprint_note(&told->fingerprint, "hkv-bench", b->tool, tool);
    if (b->engine[0])
        fingerprint_note(&told->fingerprint, "engine", b->engine,
                         x->servers[x->conf.first].target.engine->name);
    facts->baseline = told;
    facts->each[0].where = b->where;
    facts->each[0].server = b->server;
    facts->each[0].tls = b->n && b->tests[0].found.load.tls > 0;
    facts->each[0].version = b->version;
}

static void facts_of_server(const struct compare_experiment *x, struct compare_facts *facts, unsigned t)
{
    const struct server *s = &x->servers[t];
    const struct probe *p = &s->before.probe;
    facts->each[t].where = s->target.addr.text;
    facts->each[t].server = s->who.name;
    facts->each[t].version = s->who.version;
    facts->each[t].engine = s->target.engine->name;
    facts->each[t].wait = s->wait;
    facts->each[t].tls = s->tls != NULL;
    facts->each[t].primaries = s->map && !s->map->lone ? s->map->primaries : 0;
    if (p->memory_bytes > 0 && p->keys > 0)
        facts->each[t].memory_per_key = (double)p->memory_bytes / (double)p->keys;
}

void compare_tell(const struct compare_experiment *x, struct compare_facts *facts,
                  struct compare_baseline *baseline)
{
    const struct compare_conf *conf = &x->conf;
    *facts = (struct compare_facts){.targets = conf->targets,
                                    .blocks = conf->blocks,
                                    .seed = x->session.facts.seed,
                                    .aa = conf->aa,
                                    .fresh = conf->fresh_command,
                                    .restart = conf->restart_command,
                                    .run = &x->session.facts};
    for (unsigned t = 0; t < conf->targets; t++)
        facts->each[t].name = conf->each[t].name;
    if (conf->first)
        facts_of_baseline(x, facts, baseline);
    for (unsigned t = conf->first; t < conf->targets; t++)
        facts_of_server(x, facts, t);
}

void compare_close(struct compare_experiment *x)
{
    for (size_t i = 0; i < x->n; i++) {
        comparison_kinds_free(&x->all[i]);
        comparison_free(&x->all[i]);
    }
    free(x->all);
    free(x->tests);
    for (unsigned t = x->conf.first; t < x->conf.targets; t++) // that which could not be opened too
        server_close(&x->servers[t]);
    baseline_close(&x->baseline);
}
