// SPDX-License-Identifier: MIT
#include "stats/comparison.h"

#include "base/units.h"
#include "judge/bracket.h"
#include "judge/holm.h"
#include "judge/sample.h"
#include "judge/sequential.h"
#include "judge/unpaired.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNTS_APART 0.001 // of commands, by the server's own count
#define CLIENT_PART 3 // a difference is so many times what the client can have added to it, or not judged
#define BLOCKS_MORE_MAX (COMPARISON_BLOCKS_MAX - 1)

void comparison_free(struct comparison *c)
{
    free(c->title);
    free(c->blocks);
}

static void take_doubts(struct comparison *c, struct comparison_slot *slot, const struct summary *s)
{
    slot->doubts = 0;
    for (const struct doubt *d = s->doubts; d < s->doubts + s->ndoubts; d++) {
        char *text = c->doubts[slot->target][d->rule];
        slot->doubts |= UINT64_C(1) << d->rule;
        if (!text[0])
            snprintf(text, DOUBT_TEXT, "%s", d->text);
    }
}

void comparison_take(struct comparison *c, struct comparison_slot *slot, const struct summary *s)
{
    comparison_slot_of(slot, s);
    take_doubts(c, slot, s);
}

bool comparison_looks(const struct comparison *c)
{
    return c->blocks_asked == 0;
}

bool comparison_shown(const struct comparison *c)
{
    return c->n || c->partial;
}

bool comparison_has(const struct comparison *c, enum comparison_metric m)
{
    return (m == COMPARISON_CAPACITY) == (c->primary == COMPARISON_CAPACITY);
}

bool comparison_counts(const struct comparison *c, const struct comparison_slot *slot)
{
    bool counts = slot->answered > slot->errors;
    for (int m = 0; m < COMPARISON_METRICS; m++)
        counts &= slot->value[m] > 0 || !comparison_has(c, (enum comparison_metric)m);
    return counts;
}

// --- loads ---

bool comparison_differs(const struct comparison_baseline *then, const struct comparison *now,
                        char why[LOAD_WHY])
{
    char promise[SLO_TEXT] = "";
    double trial_s = now->slo ? (double)now->slot_ns * 1e-9 : 0;
    if (now->slo)
        slo_key(now->slo, promise);
    if (strcmp(then->promise, promise) != 0)
        snprintf(why, LOAD_WHY, "--slo %.140s then, %.140s now", then->promise, promise);
    else if (fabs(then->trial_s - trial_s) > 1e-6)
        snprintf(why, LOAD_WHY, "--slot %s s then, %s s now", UNITS_SECONDS(BRACKET_STEPS * then->trial_s),
                 UNITS_SECONDS(BRACKET_STEPS * trial_s));
    else
        return load_differs(&then->load, &now->load, why);
    return true;
}

// --- blocks ---

static unsigned blocks_of(const struct comparison *c, unsigned target)
{
    unsigned mine = c->n ? c->n : c->partial;
    return target == 0 && c->baseline ? c->baseline->n : mine;
}

static const struct comparison_block *block_of(const struct comparison *c, unsigned target, unsigned k)
{
    return target == 0 && c->baseline ? &c->baseline->blocks[k] : &c->blocks[k];
}

// What a slot measured or, freed of the client where it was the limit, the most that the server can have had
// in it: no client, however fast, makes the time shorter in which this one had nothing to do but wait.
static double value_of(const struct comparison_slot *s, enum comparison_metric m, bool freed)
{
    return freed && s->limited_by == LIMIT_CLIENT ? s->value[m] / s->client_idle : s->value[m];
}

// The mean logarithm of a target's slots in each block.
static void levels_of(const struct comparison *c, unsigned target, enum comparison_metric m, bool freed,
                      double out[COMPARISON_BLOCKS_MAX])
{
    for (unsigned k = 0; k < blocks_of(c, target); k++) {
        const struct comparison_block *b = block_of(c, target, k);
        double sum = 0;
        unsigned n = 0;
        for (unsigned i = 0; i < b->n; i++) {
            if (b->slots[i].target != target)
                continue;
            sum += log(value_of(&b->slots[i], m, freed));
            n++;
        }
        out[k] = n ? sum / n : 0;
    }
}

void comparison_differences(const struct comparison *c, unsigned target, enum comparison_metric m,
                            double d[COMPARISON_BLOCKS_MAX])
{
    double reference[COMPARISON_BLOCKS_MAX];
    levels_of(c, target, m, false, d);
    levels_of(c, 0, m, false, reference);
    for (unsigned k = 0; k < c->n; k++)
        d[k] -= reference[k];
}

static double median_of(const struct comparison *c, unsigned target, enum comparison_metric m)
{
    double values[COMPARISON_BLOCKS_MAX * 2];
    unsigned n = 0;
    for (unsigned k = 0; k < blocks_of(c, target); k++) {
        const struct comparison_block *b = block_of(c, target, k);
        for (unsigned i = 0; i < b->n; i++)
            if (b->slots[i].target == target)
                values[n++] = b->slots[i].value[m];
    }
    sample_sort(values, n);
    return n ? sample_median(values, n) : 0;
}

static int better(const struct contrast *x, enum comparison_metric m)
{
    int way = x->finding == FINDING_HIGHER ? 1 : x->finding == FINDING_LOWER ? -1 : 0;
    return comparison_metrics[m].more_is_better ? way : -way;
}

static bool estimate_unpaired(const struct comparison *c, enum comparison_metric m, const double *mine,
                              const double *reference, struct contrast *x)
{
    int rc = c->baseline->n == 1
                 ? unpaired_alone(mine, c->n, reference[0], c->baseline->errors[m], &x->estimate)
                 : unpaired_of(mine, c->n, reference, c->baseline->n, &x->estimate);
    x->drifts = rc == -EDOM;
    if (rc == 0)
        x->finding = finding_of(&x->estimate, c->margins[m], c->floors[m]);
    return rc == 0;
}

static struct sequential_terms terms_of(const struct comparison *c, enum comparison_metric m)
{
    return (struct sequential_terms){
        .family = c->targets - 1, .margin = c->margins[m], .floor = c->floors[m]};
}

// d: of each block. Before the first look there is an interval, and nothing is found by it.
static bool estimate_looking(const struct comparison *c, enum comparison_metric m, const double *d,
                             struct contrast *x)
{
    struct sequential_terms terms = terms_of(c, m);
    struct sequential s;
    if (sequential_look(d, c->n, &terms, &s) < 0)
        return false;
    x->estimate = s.estimate;
    x->finding = c->n < sequential_first(terms.family) ? FINDING_UNCLEAR : s.finding;
    x->stands = s.stands;
    x->blocks_more = s.blocks_more;
    return true;
}

// freed: which of the two is freed of the client, or none of them.
enum freed { FREED_NONE, FREED_MINE, FREED_REFERENCE };

static bool estimate_of(const struct comparison *c, unsigned target, enum comparison_metric m,
                        enum freed freed, struct contrast *x)
{
    double mine[COMPARISON_BLOCKS_MAX], reference[COMPARISON_BLOCKS_MAX];
    levels_of(c, target, m, freed == FREED_MINE, mine);
    levels_of(c, 0, m, freed == FREED_REFERENCE, reference);
    if (c->baseline)
        return estimate_unpaired(c, m, mine, reference, x);
    for (unsigned k = 0; k < c->n; k++)
        mine[k] -= reference[k];
    if (comparison_looks(c))
        return estimate_looking(c, m, mine, x);
    if (paired_of(mine, c->n, &x->estimate) < 0)
        return false;
    x->finding = finding_of(&x->estimate, c->margins[m], c->floors[m]);
    unsigned need = c->margins[m] > 0 ? paired_blocks_needed(mine, c->n, c->margins[m]) : 0;
    x->blocks_more = need > c->n && need - c->n <= BLOCKS_MORE_MAX ? need - c->n : 0;
    return true;
}

static void judge_metric(const struct comparison *c, unsigned target, enum comparison_metric m,
                         struct contrast *x)
{
    *x = (struct contrast){.mine = median_of(c, target, m), .reference = median_of(c, 0, m), .adjusted_p = 1};
    x->judged = comparison_has(c, m) && c->n >= 2 && estimate_of(c, target, m, FREED_NONE, x);
    if (!x->judged)
        return;
    x->better = better(x, m);
    x->adjusted_p = x->estimate.p;
    if (x->finding != FINDING_UNCLEAR && x->finding != FINDING_DIFFERENT)
        x->blocks_more = 0;
}

static bool is_secondary(const struct comparison *c, int m)
{
    return (enum comparison_metric)m != c->primary && comparison_has(c, (enum comparison_metric)m);
}

static void adjust(const struct comparison *c, struct contrast out[COMPARISON_METRICS])
{
    double p[COMPARISON_METRICS];
    unsigned n = 0;
    for (int m = 0; m < COMPARISON_METRICS; m++)
        if (is_secondary(c, m))
            p[n++] = out[m].adjusted_p;
    if (n == 0 || holm_adjust(p, n, p) < 0)
        return;
    n = 0;
    for (int m = 0; m < COMPARISON_METRICS; m++)
        if (is_secondary(c, m))
            out[m].adjusted_p = p[n++];
}

static bool held_back(const struct comparison *c, unsigned target)
{
    struct comparison_total t;
    comparison_total(c, target, &t);
    return t.client_limited > COMPARISON_SLOTS_SHARE * t.slots;
}

static bool can_be_freed(const struct comparison *c, unsigned target)
{
    for (unsigned k = 0; k < blocks_of(c, target); k++) {
        const struct comparison_block *b = block_of(c, target, k);
        for (unsigned i = 0; i < b->n; i++)
            if (b->slots[i].target == target && b->slots[i].limited_by == LIMIT_CLIENT &&
                b->slots[i].client_idle <= 0)
                return false;
    }
    return true;
}

// The end of the interval that is nearer to 1.
static double near_end(const struct estimate *e)
{
    return e->ratio > 1 ? e->low : e->high;
}

// The client held the worse side back: what is left of the difference without the client is certain, where it
// is most of it.
static void clear_up(const struct comparison *c, unsigned target, enum freed worse, struct contrast *x)
{
    const enum comparison_metric m = COMPARISON_THROUGHPUT;
    struct contrast y = {0};
    if (!x->better || !can_be_freed(c, worse == FREED_MINE ? target : 0) ||
        !estimate_of(c, target, m, worse, &y))
        return;
    double whole = log(x->estimate.ratio), rest = log(y.estimate.ratio);
    if (better(&y, m) != x->better || fabs(whole) < CLIENT_PART * fabs(whole - rest))
        return;
    x->muddled = false;
    x->at_least = true;
    x->bound = near_end(&y.estimate);
}

static void allow_for_client(const struct comparison *c, unsigned target,
                             struct contrast out[COMPARISON_METRICS])
{
    bool mine = held_back(c, target), reference = held_back(c, 0);
    for (int m = 0; m < COMPARISON_METRICS; m++) {
        struct contrast *x = &out[m];
        bool mine_is_better = (x->estimate.ratio > 1) == comparison_metrics[m].more_is_better;
        x->at_least = mine_is_better ? mine : reference;
        x->muddled = mine_is_better ? reference : mine;
        if (x->finding == FINDING_EQUIVALENT) // as one client is to itself
            x->muddled = mine || reference;
        x->bound = near_end(&x->estimate);
        if (m == COMPARISON_THROUGHPUT && x->muddled)
            clear_up(c, target, mine_is_better ? FREED_REFERENCE : FREED_MINE, x);
    }
}

void comparison_judge(const struct comparison *c, unsigned target, struct contrast out[COMPARISON_METRICS])
{
    for (int m = 0; m < COMPARISON_METRICS; m++)
        judge_metric(c, target, (enum comparison_metric)m, &out[m]);
    allow_for_client(c, target, out);
    adjust(c, out);
}

static void add_slot(struct comparison_total *t, const struct comparison_slot *s)
{
    t->slots++;
    t->client_limited += s->limited_by == LIMIT_CLIENT;
    for (unsigned rule = 0; rule < DOUBTS_MAX; rule++)
        t->doubted[rule] += (unsigned)(s->doubts >> rule & 1);
    t->answered += s->answered;
    t->errors += s->errors;
    t->unfinished += s->unfinished;
    t->hits += s->hits;
    t->misses += s->misses;
    t->aof |= s->aof;
    t->saved |= s->saved;
    t->evicted += s->evicted;
    double apart = s->counted ? (double)s->counted - (double)s->sent : 0;
    t->miscounted |= fabs(apart) > COUNTS_APART * (double)s->sent + 20; // whoever else asks INFO or PING
    if (s->server_cpu_s < 0 || t->cpu_s_per_million < 0)
        t->cpu_s_per_million = -1;
    else
        t->cpu_s_per_million += s->server_cpu_s;
}

void comparison_total(const struct comparison *c, unsigned target, struct comparison_total *out)
{
    *out = (struct comparison_total){0};
    for (unsigned k = 0; k < blocks_of(c, target); k++) {
        const struct comparison_block *b = block_of(c, target, k);
        for (unsigned i = 0; i < b->n; i++)
            if (b->slots[i].target == target)
                add_slot(out, &b->slots[i]);
    }
    if (out->answered == 0)
        out->cpu_s_per_million = -1;
    else if (out->cpu_s_per_million >= 0)
        out->cpu_s_per_million *= 1e6 / (double)out->answered;
}

// --- words ---

static const char *way_of(enum comparison_metric m, const struct contrast *x)
{
    if (m == COMPARISON_THROUGHPUT)
        return x->better > 0 ? "faster" : "slower";
    return (x->better > 0) == comparison_metrics[m].more_is_better ? "higher" : "lower";
}

void comparison_word(const struct comparison *c, enum comparison_metric m, const struct contrast *x,
                     char dst[96])
{
    if (!x->judged)
        snprintf(dst, 96, x->drifts ? "no verdict: the blocks drift" : "too few complete blocks");
    else if (x->muddled && (x->better || x->finding == FINDING_EQUIVALENT))
        snprintf(dst, 96, "no verdict: the client was the bottleneck");
    else if (x->better)
        snprintf(dst, 96, "%s%s", way_of(m, x), x->at_least ? " (lower bound)" : "");
    else if (x->finding == FINDING_EQUIVALENT)
        snprintf(dst, 96, "equivalent (within %.3g%%)", 100 * c->margins[m]);
    else if (x->finding == FINDING_DIFFERENT)
        snprintf(dst, 96, "different, by an unclear amount");
    else if (x->blocks_more)
        snprintf(dst, 96, "inconclusive (about %u more block%s needed)", x->blocks_more,
                 x->blocks_more > 1 ? "s" : "");
    else
        snprintf(dst, 96, "inconclusive");
}
