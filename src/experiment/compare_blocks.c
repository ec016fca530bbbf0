// SPDX-License-Identifier: MIT
#include "experiment/compare_blocks.h"

#include "base/clock.h"
#include "experiment/compare_capacity.h"
#include "experiment/compare_duet.h"
#include "experiment/compare_slot.h"
#include "experiment/peers.h"
#include "experiment/restart.h"
#include "experiment/search.h"
#include "judge/bracket.h"
#include "judge/sequential.h"
#include "stats/comparison_end.h"

#include <stdio.h>

#define WARMUP_NS (500 * NS_PER_MS) // before a slot, at least, where none is asked for
#define WARMUP_SHORT_NS (100 * NS_PER_MS)
#define AROUND_NS (30 * NS_PER_MS)    // a trial: connections, what the server tells of itself
#define SLOT_NS (250 * NS_PER_MS)     // at least, but where even that is too long
#define SLOT_MIN_NS (100 * NS_PER_MS) // then
#define SLOT_ANSWERS 1000.0           // in a slot
#define SLOT_LATENCIES 20             // the slowest hundredth's, in a slot
#define BLOCKS_WANTED 12              // in the budget of a test

static bool searches(const struct compare_conf *conf)
{
    return conf->slo.n > 0;
}

// How many slots go on at the same time.
static unsigned stride(const struct compare_conf *conf)
{
    return conf->duet ? 2 : 1;
}

// --- pilots ---

// As one target needs it, all have it.
static uint64_t longest_warmup_ns(const struct compare_conf *conf)
{
    uint64_t longest_ns = 0;
    for (unsigned t = conf->first; t < conf->targets; t++) {
        uint64_t its_ns = conf->each[t].workload.run.warmup_ns;
        longest_ns = its_ns > longest_ns ? its_ns : longest_ns;
    }
    return longest_ns;
}

// How long all warm up, as far as it is known before the pilots.
static uint64_t warmup_ns(const struct compare_conf *conf)
{
    const struct run_conf *run = &compare_conf_lead(conf)->run;
    if (conf->warms)
        return longest_warmup_ns(conf);
    if (searches(conf))
        return search_lead_ns(run, slo_longest_ns(&conf->slo), compare_capacity_trial_ns(conf));
    return conf->slot_ns ? WARMUP_NS : WARMUP_SHORT_NS;
}

unsigned compare_blocks_slots(const struct compare_conf *conf)
{
    unsigned live = conf->targets - conf->first;
    return live == 2 ? 4 : live;
}

uint64_t compare_blocks_slot_cost_ns(const struct compare_test *c)
{
    const struct compare_conf *conf = c->conf;
    if (searches(conf))
        return conf->slot_ns +
               BRACKET_STEPS *
                   (c->comparison->warmup_ns + conf->idle_ns * (1 + COMPARE_CAPACITY_FAILED) / 2 + AROUND_NS);
    bool same = conf->fresh != COMPARE_FRESH_NONE; // each slot has around it what a pilot has
    uint64_t alone_ns = c->comparison->slot_ns + c->comparison->warmup_ns +
                        (same ? c->pilots.overhead_ns : conf->idle_ns + AROUND_NS);
    return alone_ns / stride(conf) + c->restart_ns / compare_blocks_slots(conf);
}

// As long as noise asks for, and as short as the budget does: a slot that holds many answers and many times
// the slowest of them, and some blocks more than the first look needs.
static uint64_t slot_ns(const struct compare_test *c)
{
    const struct compare_pilots *p = &c->pilots;
    uint64_t now_ns = peers_clock(), left_ns = c->deadline_ns > now_ns ? c->deadline_ns - now_ns : 0;
    double enough_s = p->rps > 0 ? SLOT_ANSWERS / p->rps : 0;
    uint64_t wanted_ns = (uint64_t)(enough_s * 1e9),
             most_ns = left_ns / (BLOCKS_WANTED * compare_blocks_slots(c->conf));
    uint64_t beside_ns = compare_blocks_slot_cost_ns(c);
    if (wanted_ns < SLOT_LATENCIES * p->p99_ns)
        wanted_ns = SLOT_LATENCIES * p->p99_ns;
    if (wanted_ns < SLOT_NS)
        wanted_ns = SLOT_NS;
    most_ns = most_ns > beside_ns + SLOT_MIN_NS ? most_ns - beside_ns : SLOT_MIN_NS;
    return wanted_ns < most_ns ? wanted_ns : most_ns;
}

// All that are measured; a server that is compared with itself once.
static int restart(struct compare_test *c, struct err *err)
{
    const struct compare_conf *conf = c->conf;
    uint64_t began_ns = peers_clock();
    for (unsigned t = conf->first; t < conf->targets && conf->restart_command; t++) {
        if ((t == 0 || !conf->aa) && restart_target(c, t, err) < 0)
            return -1;
        c->refill[t] = true;
    }
    c->restart_ns = peers_clock() - began_ns;
    return 0;
}

int compare_blocks_pilot(struct compare_test *c, struct err *err)
{
    const struct compare_conf *conf = c->conf;
    c->comparison->warmup_ns = warmup_ns(conf);
    if (restart(c, err) < 0)
        return -1;
    for (unsigned t = conf->first; t < conf->targets; t++)
        if ((searches(conf) ? compare_capacity_pilot(c, t, err) : compare_slot_pilot(c, t, err)) < 0)
            return -1;
    return 0;
}

void compare_blocks_settle(struct compare_test *c)
{
    if (c->conf->slot_ns == 0)
        c->comparison->slot_ns = slot_ns(c);
}

// --- blocks ---

static unsigned order_of(const struct compare_conf *conf, unsigned block, unsigned order[DESIGN_SLOTS_MAX])
{
    order[0] = conf->first;
    if (conf->targets - conf->first == 1)
        return 1; // there is nobody to take turns with
    unsigned blocks = conf->blocks ? conf->blocks : SEQUENTIAL_LAST;
    return design_block(conf->targets, block, blocks, compare_conf_lead(conf)->run.seed, order);
}

// How the server is set up now.
static void know_terms(struct compare_test *c, unsigned t)
{
    struct comparison_terms *terms = &c->comparison->terms[t];
    const struct probe *p = &c->servers[t].before.probe;
    terms->keys = p->keys;
    terms->tls = c->servers[t].tls != NULL;
    terms->cluster = c->servers[t].map && !c->servers[t].map->lone;
    snprintf(terms->eviction, sizeof terms->eviction, "%s", p->eviction);
}

// One slot of the block, or two at once; slots know their targets. 0, or -1 when the block cannot become
// whole; err says why, but for a signal.
static int run_slots(struct compare_test *c, struct comparison_slot *slots, struct err *err)
{
    const struct compare_conf *conf = c->conf;
    unsigned target = slots->target;
    struct compare_slot s = {target,
                             c->comparison->n,
                             c->comparison->warmup_ns,
                             c->comparison->slot_ns,
                             conf->fresh != COMPARE_FRESH_NONE,
                             NULL};
    if (conf->duet)
        return compare_duet_run(c, &s, slots, err);
    s.fill |= c->refill[target];
    c->refill[target] = false;
    return searches(conf) ? compare_capacity_run(c, &s, slots, err) : compare_slot_run(c, &s, slots, err);
}

// What they say of their targets. 0, or -1 with err where they cannot be compared.
static int check_slots(struct compare_test *c, const struct comparison_slot *slots, struct err *err)
{
    for (unsigned i = 0; i < stride(c->conf); i++) {
        know_terms(c, slots[i].target);
        if (!comparison_counts(c->comparison, &slots[i]))
            return err_set(err, ERR_RUN, "%s",
                           searches(c->conf) ? "a search found no rate that passes, or none that fails"
                                             : "a slot had no latency to compare");
    }
    return 0;
}

// The slots that there are of a first block that did not become whole; those of the signal have figures too.
static void keep_part(struct compare_test *c)
{
    struct comparison *comparison = c->comparison;
    struct comparison_block *b = &comparison->blocks[0];
    unsigned n = c->progress->slot, end = n + stride(c->conf);
    while (n < end && n < b->n && comparison_counts(comparison, &b->slots[n]))
        n++;
    b->n = n;
    comparison->partial = n > 0;
}

static int run_whole(struct compare_test *c, struct comparison_block *b, struct err *err)
{
    struct compare_progress *p = c->progress;
    unsigned step = stride(c->conf);
    if (restart(c, err) < 0)
        return -1;
    for (; p->slot < p->slots; p->slot += step, p->slots_done += step)
        if (run_slots(c, &b->slots[p->slot], err) < 0 || check_slots(c, &b->slots[p->slot], err) < 0)
            return -1;
    return 0;
}

// Measures a whole block. -1 where it did not become whole; err says why, but for a signal.
static int run_block(struct compare_test *c, struct err *err)
{
    struct comparison *comparison = c->comparison;
    struct compare_progress *p = c->progress;
    unsigned order[DESIGN_SLOTS_MAX] = {0};
    uint64_t began_ns = peers_clock();
    struct comparison_block *b = &comparison->blocks[comparison->n];
    *b = (struct comparison_block){.n = order_of(c->conf, comparison->n, order)};
    for (unsigned i = 0; i < b->n; i++)
        b->slots[i].target = order[i];
    p->slot = 0;
    p->slots = b->n;
    if (run_whole(c, b, err) < 0) {
        if (comparison->n == 0)
            keep_part(c);
        return -1;
    }
    comparison->n++;
    c->blocks_ns += peers_clock() - began_ns;
    comparison->block_s = (double)c->blocks_ns * 1e-9 / comparison->n;
    uint64_t slots = (uint64_t)comparison->n * p->slots;
    p->slot_cost_ns = slots ? c->blocks_ns / slots : 0;
    return 0;
}

// Why there is to be no other block; BROKEN: there is.
static enum comparison_end end_of(const struct compare_test *c)
{
    const struct comparison *comparison = c->comparison;
    if (!comparison_looks(comparison))
        return comparison->n == comparison->blocks_asked ? COMPARISON_COMPLETE : COMPARISON_BROKEN;
    if (comparison->n < 2)
        return COMPARISON_BROKEN;
    if (comparison_end_stands(comparison))
        return COMPARISON_VERDICT;
    if (comparison->n == SEQUENTIAL_LAST)
        return COMPARISON_LAST;
    uint64_t block_ns = c->blocks_ns / comparison->n;
    return peers_clock() + block_ns > c->deadline_ns ? COMPARISON_BUDGET : COMPARISON_BROKEN;
}

static void look(struct compare_test *c)
{
    struct contrast all[COMPARISON_METRICS];
    comparison_judge(c->comparison, c->comparison->targets - 1, all);
    c->progress->now = all[c->comparison->primary];
}

static void say_why(struct compare_test *c, const struct err *err)
{
    struct comparison *comparison = c->comparison;
    unsigned target = comparison->blocks[comparison->n].slots[c->progress->slot].target;
    if (c->session->stop.signal && comparison->n == 0)
        snprintf(comparison->note, sizeof comparison->note,
                 "interrupted in block 1: plain figures of what was measured");
    else if (c->session->stop.signal)
        snprintf(comparison->note, sizeof comparison->note,
                 "interrupted in block %u: results of the complete blocks", comparison->n + 1);
    else
        snprintf(comparison->note, sizeof comparison->note, "ended in block %u, at %s: %.160s",
                 comparison->n + 1, c->conf->each[target].name, err->text);
}

void compare_blocks_run(struct compare_test *c)
{
    struct comparison *comparison = c->comparison;
    struct err err = {0};
    while ((comparison->end = end_of(c)) == COMPARISON_BROKEN) {
        if (run_block(c, &err) < 0) {
            say_why(c, &err);
            return;
        }
        look(c);
    }
}
