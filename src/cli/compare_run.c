// SPDX-License-Identifier: MIT
#include "cli/compare_round.h"

#include "base/clock.h"
#include "cli/progress.h"
#include "experiment/search.h"
#include "experiment/suite.h"
#include "judge/bracket.h"
#include "judge/warmup.h"

#include <stdlib.h>
#include <string.h>

#define BLOCKS_FIT 6            // fewer give no exact interval
#define PILOT_NS (5 * NS_PER_S) // of the run that finds the warm-up, at most
#define WARMUP_MIN_NS (500 * NS_PER_MS)

// --- measuring ---

// Measures one slot. 0 with the trial to be freed, or -1 with err.
static int measure(struct round *r, const struct moment *m, struct trial *trial, struct err *err)
{
    struct compare *c = r->c;
    unsigned t = m->target;
    struct run_conf conf = c->o.each[t].run;
    struct slice *words = round_words(c, t, err);
    if (!words)
        return -1;
    struct question q = {r->row, {words, (size_t)c->o.each[t].argc}};
    conf.requests = 0;
    conf.duration_ns = m->lasting_ns;
    conf.warmup_ns = m->warmup_ns;
    conf.seed += m->block;
    conf.prefill = m->fill && conf.keyspace > 0;
    int rc = round_freshen(c, t, err);
    if (rc == 0) {
        session_pause(&c->session, c->o.idle_ns);
        rc = server_measure(&c->servers[t], &q, &conf, trial, err);
    }
    free(words);
    return rc;
}

// --- the first trials ---

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

// With fewer connections than asked for a target had another load than the others. 0, or -1 with err.
static int check_connections(struct round *r, unsigned t, const struct summary *s, struct err *err)
{
    if (s->lost == 0 || s->ending == ENDING_SKIPPED)
        return 0;
    snprintf(r->comparison->note, sizeof r->comparison->note, "%.60s: %.180s", r->comparison->names[t],
             s->note);
    return err_set(err, ERR_RUN, "%.60s: %.400s", r->comparison->names[t], s->note);
}

// Fills target t and finds its warm-up. 0, or -1 as pilot.
static int pilot_slot(struct round *r, unsigned t, struct err *err)
{
    struct compare *c = r->c;
    struct moment m = {t, 0, 0, c->o.slot_ns < PILOT_NS ? c->o.slot_ns : PILOT_NS, true};
    struct trial trial = {0};
    if (measure(r, &m, &trial, err) < 0)
        return -1;
    bool skipped = trial.summary.ending == ENDING_SKIPPED;
    if (skipped)
        round_leave_out(r, t, trial.summary.note);
    uint64_t needs_ns = warmup_of(&trial.summary);
    if (!c->o.warms && needs_ns > r->comparison->warmup_ns)
        r->comparison->warmup_ns = needs_ns;
    round_learn(r, trial.summary.test, trial.summary.title, &trial.summary.load);
    int rc = check_connections(r, t, &trial.summary, err);
    trial_free(&trial);
    return rc < 0 || skipped || c->session.stop.signal ? -1 : 0;
}

// One trial of each target: fills it, tells whether it knows the command, how long all are to warm up, about
// where capacities are. 0, or -1 when the test cannot be held: comparison->note says why, err too where it is
// somebody's fault.
static int pilot(struct round *r, struct err *err)
{
    struct compare *c = r->c;
    struct comparison *comparison = r->comparison;
    bool searches = c->o.slo.n > 0;
    comparison->warmup_ns = c->o.warms ? compare_lead(&c->o)->run.warmup_ns
                            : searches
                                ? search_lead_ns(&compare_lead(&c->o)->run, &c->o.slo, round_trial_ns(c))
                                : WARMUP_MIN_NS;
    for (unsigned t = c->o.first; t < c->o.targets; t++)
        if ((searches ? round_seek(r, t, err) : pilot_slot(r, t, err)) < 0)
            return -1;
    if (c->o.first)
        comparison->baseline = past_of(&c->past, comparison, comparison->note);
    return c->o.first && !comparison->baseline ? -1 : 0;
}

// --- blocks ---

// Measures one slot into slot. 0, or -1 when the block cannot become whole.
static int run_slot(struct round *r, const struct moment *m, struct comparison_slot *slot, struct err *err)
{
    struct compare *c = r->c;
    struct trial trial = {0};
    if (c->o.slo.n)
        return round_look(r, m, slot, err);
    if (measure(r, m, &trial, err) < 0)
        return -1;
    comparison_take(r->comparison, slot, &trial.summary);
    bool ended = trial.summary.ending != ENDING_DONE || trial.summary.lost || !trial.summary.counts.ok;
    char why[SUMMARY_WHY];
    summary_why_none(&trial.summary, why);
    if (ended && !c->session.stop.signal)
        err_set(err, ERR_RUN, "%s", why);
    trial_free(&trial);
    return ended || c->session.stop.signal ? -1 : 0;
}

static unsigned order_of(const struct compare *c, unsigned block, unsigned order[DESIGN_SLOTS_MAX])
{
    order[0] = c->o.first;
    if (c->o.targets - c->o.first == 1)
        return 1; // there is nobody to take turns with
    return design_block(c->o.targets, block, c->o.blocks, c->facts.seed, order);
}

// How the server is set up now.
static void know_terms(struct round *r, unsigned t)
{
    struct comparison_terms *terms = &r->comparison->terms[t];
    const struct probe *p = &r->c->servers[t].before.probe;
    terms->keys = p->keys;
    snprintf(terms->eviction, sizeof terms->eviction, "%s", p->eviction);
}

// Measures a whole block. -1 where it did not become whole; err says why, but for a signal.
static int run_block(struct round *r, struct err *err)
{
    struct compare *c = r->c;
    struct comparison *comparison = r->comparison;
    unsigned order[DESIGN_SLOTS_MAX] = {0};
    struct comparison_block *b = &comparison->blocks[comparison->n];
    *b = (struct comparison_block){.n = order_of(c, comparison->n, order)};
    c->block = comparison->n;
    c->slots = b->n;
    for (unsigned i = 0; i < b->n; i++, c->slots_done++) {
        struct moment m = {order[i], comparison->n, comparison->warmup_ns, c->o.slot_ns,
                           c->o.fresh != FRESH_NONE};
        c->slot = i;
        b->slots[i].target = order[i];
        if (run_slot(r, &m, &b->slots[i], err) < 0)
            return -1;
        b->slots[i].target = order[i];
        know_terms(r, order[i]);
        if (!comparison_counts(comparison, &b->slots[i]))
            return err_set(err, ERR_RUN, "%s",
                           c->o.slo.n ? "a search found no rate that passes, or none that fails"
                                      : "a slot had no latency to compare");
    }
    comparison->n++;
    return 0;
}

static void run_blocks(struct round *r)
{
    struct compare *c = r->c;
    struct comparison *comparison = r->comparison;
    struct err err = {0};
    while (comparison->n < c->o.blocks && run_block(r, &err) == 0)
        ;
    if (comparison->n == c->o.blocks)
        return;
    const char *who = c->slot < comparison->blocks[comparison->n].n
                          ? c->o.names[comparison->blocks[comparison->n].slots[c->slot].target]
                          : "";
    if (c->session.stop.signal)
        snprintf(comparison->note, sizeof comparison->note,
                 "interrupted in block %u: this is what the whole blocks say", comparison->n + 1);
    else
        snprintf(comparison->note, sizeof comparison->note, "ended in block %u, at %s: %.160s",
                 comparison->n + 1, who, err.text);
}

static void begin_comparison(struct compare *c, struct comparison *comparison)
{
    const struct run_conf *conf = &compare_lead(&c->o)->run;
    *comparison = (struct comparison){
        .targets = c->o.targets,
        .primary = c->o.slo.n       ? COMPARISON_CAPACITY
                   : conf->rate > 0 ? COMPARISON_P99
                                    : COMPARISON_THROUGHPUT,
        .aa = c->o.aa,
        .slo = c->o.slo.n ? &c->o.slo : NULL,
        .load = {.rate = conf->rate, .clients = conf->clients, .pipeline = conf->pipeline},
        .slot_ns = c->o.slo.n ? round_trial_ns(c) : c->o.slot_ns,
        .blocks_asked = c->o.blocks};
    memcpy(comparison->names, c->o.names, sizeof comparison->names);
    memcpy(comparison->margins, c->o.margins, sizeof comparison->margins);
    memcpy(comparison->floors, c->o.floors, sizeof comparison->floors);
    for (unsigned t = 0; t < c->o.targets; t++)
        comparison->terms[t].keys = -1;
}

// Holds one test. False when no other makes sense.
static bool hold(struct compare *c, const struct test *row)
{
    struct err err = {0};
    struct comparison *all = realloc(c->comparisons, (c->n + 1) * sizeof *all);
    if (!all) {
        outcome_raise(&c->session.outcome, OUTCOME_RUN, "not enough memory for one more test");
        return false;
    }
    c->comparisons = all;
    struct comparison *comparison = &all[c->n++];
    struct round r = {c, comparison, row, {0}};
    begin_comparison(c, comparison);
    c->title = row ? row->title : compare_lead(&c->o)->argv[0];
    comparison->blocks = calloc(c->o.blocks, sizeof *comparison->blocks);
    if (comparison->blocks && pilot(&r, &err) == 0)
        run_blocks(&r);
    progress_clear(&c->session.watch);
    c->measured |= comparison->n > 0;
    if (!comparison->title)
        comparison->title = strdup(c->title);
    if (err.code && !c->session.stop.signal)
        outcome_raise(&c->session.outcome, c->measured ? OUTCOME_RUN : outcome_of(&err), "%s: %s",
                      comparison->title, err.text);
    else if (comparison->n < c->o.blocks &&
             !c->session.stop.signal) // asked for and not had, whatever other tests say
        outcome_raise(&c->session.outcome, OUTCOME_RUN, "%s: %s", comparison->title,
                      comparison->note[0] ? comparison->note : "not enough memory for its blocks");
    return !c->session.stop.signal && !err.code && (comparison->n == c->o.blocks || comparison->n == 0);
}

// --- the whole ---

static struct suite tests_of(const struct options *o)
{
    return (struct suite){.tests = o->tests, .command = o->argc > 0};
}

// What a slot takes beside the time for which it measures.
static uint64_t overhead_ns(const struct compare *c)
{
    uint64_t warm_ns = c->o.warms ? compare_lead(&c->o)->run.warmup_ns : NS_PER_S;
    if (c->o.slo.n == 0)
        return c->o.idle_ns + warm_ns + 30 * NS_PER_MS;
    return c->o.slot_ns / 10 + BRACKET_STEPS * (c->o.idle_ns * (1 + ROUND_FAILED) / 2 + 30 * NS_PER_MS);
}

void compare_estimate(struct compare *c)
{
    unsigned live = c->o.targets - c->o.first, each = live == 2 ? 4 : live;
    unsigned tests = suite_count(tests_of(compare_lead(&c->o)));
    uint64_t pilot_ns = c->o.slo.n ? c->o.slot_ns * (ROUND_PEAK + ROUND_ROUGH) / BRACKET_STEPS : c->o.slot_ns;
    c->slots_all = (uint64_t)tests * c->o.blocks * each;
    c->slot_cost_ns = c->o.slot_ns + overhead_ns(c);
    uint64_t whole_s = (c->slots_all * c->slot_cost_ns + (uint64_t)tests * live * pilot_ns) / NS_PER_S;
    outcome_say(&c->session.outcome, "%u test%s, %u blocks of %u slot%s each: about %u:%02u minutes", tests,
                tests > 1 ? "s" : "", c->o.blocks, each, each > 1 ? "s" : "", (unsigned)(whole_s / 60),
                (unsigned)(whole_s % 60));
    if (c->o.blocks < BLOCKS_FIT && !c->o.first)
        outcome_say(&c->session.outcome,
                    "fewer than %d blocks have no exact interval: theirs is that of a paired t test",
                    BLOCKS_FIT);
}

void compare_run(struct compare *c)
{
    struct suite suite = tests_of(compare_lead(&c->o));
    const struct test *row;
    while (suite_next(&suite, &row) && hold(c, row))
        ;
}
