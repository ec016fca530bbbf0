// SPDX-License-Identifier: MIT
#include "experiment/compare_blocks.h"

#include "base/clock.h"
#include "experiment/compare_capacity.h"
#include "experiment/compare_slot.h"
#include "experiment/search.h"

#include <stdio.h>

static bool searches(const struct compare_conf *conf)
{
    return conf->slo.n > 0;
}

// How long all warm up, as far as it is known before the pilots.
static uint64_t warmup_ns(const struct compare_conf *conf)
{
    const struct run_conf *run = &compare_lead(conf)->run;
    if (conf->warms)
        return run->warmup_ns;
    return searches(conf) ? search_lead_ns(run, &conf->slo, compare_capacity_trial_ns(conf))
                          : COMPARE_BLOCKS_WARMUP_NS;
}

int compare_blocks_pilot(struct compare_test *c, struct err *err)
{
    const struct compare_conf *conf = c->conf;
    c->comparison->warmup_ns = warmup_ns(conf);
    for (unsigned t = conf->first; t < conf->targets; t++)
        if ((searches(conf) ? compare_capacity_pilot(c, t, err) : compare_slot_pilot(c, t, err)) < 0)
            return -1;
    return 0;
}

static unsigned order_of(const struct compare_conf *conf, unsigned block, unsigned order[DESIGN_SLOTS_MAX])
{
    order[0] = conf->first;
    if (conf->targets - conf->first == 1)
        return 1; // there is nobody to take turns with
    return design_block(conf->targets, block, conf->blocks, compare_lead(conf)->run.seed, order);
}

// How the server is set up now.
static void know_terms(struct compare_test *c, unsigned t)
{
    struct comparison_terms *terms = &c->comparison->terms[t];
    const struct probe *p = &c->servers[t].before.probe;
    terms->keys = p->keys;
    terms->tls = c->servers[t].tls != NULL;
    snprintf(terms->eviction, sizeof terms->eviction, "%s", p->eviction);
}

// 0, or -1 when the block cannot become whole; err says why, but for a signal.
static int run_slot(struct compare_test *c, unsigned target, struct comparison_slot *slot, struct err *err)
{
    const struct compare_conf *conf = c->conf;
    struct compare_slot s = {target, c->comparison->n, c->comparison->warmup_ns, conf->slot_ns,
                             conf->fresh != COMPARE_FRESH_NONE};
    slot->target = target;
    if ((searches(conf) ? compare_capacity_run(c, &s, slot, err) : compare_slot_run(c, &s, slot, err)) < 0)
        return -1;
    know_terms(c, target);
    if (comparison_counts(c->comparison, slot))
        return 0;
    return err_set(err, ERR_RUN, "%s",
                   searches(conf) ? "a search found no rate that passes, or none that fails"
                                  : "a slot had no latency to compare");
}

// Measures a whole block. -1 where it did not become whole; err says why, but for a signal.
static int run_block(struct compare_test *c, struct err *err)
{
    struct comparison *comparison = c->comparison;
    struct compare_progress *p = c->progress;
    unsigned order[DESIGN_SLOTS_MAX] = {0};
    struct comparison_block *b = &comparison->blocks[comparison->n];
    *b = (struct comparison_block){.n = order_of(c->conf, comparison->n, order)};
    p->slots = b->n;
    for (p->slot = 0; p->slot < b->n; p->slot++, p->slots_done++)
        if (run_slot(c, order[p->slot], &b->slots[p->slot], err) < 0)
            return -1;
    comparison->n++;
    return 0;
}

void compare_blocks_run(struct compare_test *c)
{
    struct comparison *comparison = c->comparison;
    struct err err = {0};
    while (comparison->n < c->conf->blocks && run_block(c, &err) == 0)
        ;
    if (comparison->n == c->conf->blocks)
        return;
    unsigned target = comparison->blocks[comparison->n].slots[c->progress->slot].target;
    if (c->session->stop.signal)
        snprintf(comparison->note, sizeof comparison->note,
                 "interrupted in block %u: this is what the whole blocks say", comparison->n + 1);
    else
        snprintf(comparison->note, sizeof comparison->note, "ended in block %u, at %s: %.160s",
                 comparison->n + 1, c->conf->each[target].name, err.text);
}
