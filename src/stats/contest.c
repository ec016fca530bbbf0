// SPDX-License-Identifier: MIT
#include "stats/contest.h"

#include "judge/bracket.h"
#include "judge/holm.h"
#include "judge/order.h"
#include "judge/unpaired.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define N "%" PRIu64
#define CLIENT_SHARE 0.10  // of a target's slots: more of them limited by the client count
#define RATES_APART 0.01   // of errors or hits
#define KEYS_APART 0.01    // that they hold
#define REMARKS_OF_ONE 9   // at most, about a target
#define COUNTS_APART 0.001 // of commands, by the server's own count
#define BLOCKS_MORE_MAX (CONTEST_BLOCKS_MAX - 1)

const struct contest_metric_name contest_metrics[CONTEST_METRICS] = {
    [CONTEST_THROUGHPUT] = {"throughput", "throughput", true, 0.01},
    [CONTEST_P50] = {"p50", "p50", false, 0.03},
    [CONTEST_P99] = {"p99", "p99", false, 0.05},
    [CONTEST_P999] = {"p99.9", "p99_9", false, 0.10},
    [CONTEST_CAPACITY] = {"capacity", "capacity", true, 0.03},
};

void contest_take(struct contest_slot *slot, const struct summary *s)
{
    struct verdict v;
    verdict_of(s, &v);
    double wall_s = (double)s->wall_ns * 1e-9;
    slot->value[CONTEST_THROUGHPUT] = summary_rps(s);
    slot->value[CONTEST_P50] = (double)s->quantiles[QUANTILE_P50].ns;
    slot->value[CONTEST_P99] = (double)s->quantiles[QUANTILE_P99].ns;
    slot->value[CONTEST_P999] = (double)s->quantiles[QUANTILE_P999].ns;
    slot->limited_by = v.limit;
    slot->answered = summary_answered(s);
    slot->errors = s->errors;
    slot->unfinished = s->unfinished;
    slot->hits = s->hits;
    slot->misses = s->misses;
    slot->sent = s->sent;
    slot->counted = s->warmup_ns == 0 && s->prefilled == 0 ? s->signals.commands : 0;
    slot->server_cpu_s = s->signals.cpu_known ? s->signals.server_cores * wall_s : -1;
    slot->aof = s->signals.aof;
    slot->saved = s->signals.saved;
    slot->evicted = s->signals.evicted;
}

bool contest_has(const struct contest *c, enum contest_metric m)
{
    return (m == CONTEST_CAPACITY) == (c->primary == CONTEST_CAPACITY);
}

bool contest_counts(const struct contest *c, const struct contest_slot *slot)
{
    bool counts = slot->answered > slot->errors;
    for (int m = 0; m < CONTEST_METRICS; m++)
        counts &= slot->value[m] > 0 || !contest_has(c, (enum contest_metric)m);
    return counts;
}

// --- loads ---

void contest_load_of(struct contest_load *load, const struct summary *s)
{
    *load = (struct contest_load){.rate = s->rate_asked,
                                  .clients = s->clients,
                                  .pipeline = s->pipeline,
                                  .window = s->window,
                                  .payload_bytes = (int64_t)s->payload_bytes,
                                  .keyspace = s->keyless ? -1 : (int64_t)s->keyspace};
}

static bool apart(int64_t then, int64_t now)
{
    return then >= 0 && now >= 0 && then != now;
}

bool contest_loads_differ(const struct contest_load *then, const struct contest_load *now,
                          char why[CONTEST_WHY])
{
    why[0] = 0;
    if (strcmp(then->promise, now->promise) != 0)
        snprintf(why, CONTEST_WHY, "--slo %s (ns) then, %s now", then->promise, now->promise);
    else if (fabs(then->trial_s - now->trial_s) > 1e-6)
        snprintf(why, CONTEST_WHY, "--slot %.3g s then, %.3g s now", BRACKET_STEPS * then->trial_s,
                 BRACKET_STEPS * now->trial_s);
    else if (fabs(then->rate - now->rate) > 1e-6 * now->rate)
        snprintf(why, CONTEST_WHY, "--rate %.6g then, %.6g now", then->rate, now->rate);
    else if (then->clients != now->clients)
        snprintf(why, CONTEST_WHY, "%u clients then, %u now", then->clients, now->clients);
    else if (then->pipeline != now->pipeline)
        snprintf(why, CONTEST_WHY, "pipelines of %u then, %u now", then->pipeline, now->pipeline);
    else if (then->window != now->window)
        snprintf(why, CONTEST_WHY, "another --pipeline-mode");
    else if (apart(then->payload_bytes, now->payload_bytes))
        snprintf(why, CONTEST_WHY, "%" PRId64 " bytes of payload then, %" PRId64 " now", then->payload_bytes,
                 now->payload_bytes);
    else if (apart(then->keyspace, now->keyspace))
        snprintf(why, CONTEST_WHY, "%" PRId64 " keys then, %" PRId64 " now", then->keyspace, now->keyspace);
    return why[0] != 0;
}

// --- blocks ---

static unsigned blocks_of(const struct contest *c, unsigned target)
{
    return target == 0 && c->past ? c->past->n : c->n;
}

static const struct contest_block *block_of(const struct contest *c, unsigned target, unsigned k)
{
    return target == 0 && c->past ? &c->past->blocks[k] : &c->blocks[k];
}

// The mean logarithm of a target's slots in each block.
static void levels_of(const struct contest *c, unsigned target, enum contest_metric m,
                      double out[CONTEST_BLOCKS_MAX])
{
    for (unsigned k = 0; k < blocks_of(c, target); k++) {
        const struct contest_block *b = block_of(c, target, k);
        double sum = 0;
        unsigned n = 0;
        for (unsigned i = 0; i < b->n; i++) {
            if (b->slots[i].target != target)
                continue;
            sum += log(b->slots[i].value[m]);
            n++;
        }
        out[k] = n ? sum / n : 0;
    }
}

static double median_of(const struct contest *c, unsigned target, enum contest_metric m)
{
    double values[CONTEST_BLOCKS_MAX * 2];
    unsigned n = 0;
    for (unsigned k = 0; k < blocks_of(c, target); k++) {
        const struct contest_block *b = block_of(c, target, k);
        for (unsigned i = 0; i < b->n; i++)
            if (b->slots[i].target == target)
                values[n++] = b->slots[i].value[m];
    }
    order_sort(values, n);
    return n ? order_median(values, n) : 0;
}

static int better(const struct contrast *x, enum contest_metric m)
{
    int way = x->finding == FINDING_HIGHER ? 1 : x->finding == FINDING_LOWER ? -1 : 0;
    return contest_metrics[m].more_is_better ? way : -way;
}

static bool estimate_of(const struct contest *c, unsigned target, enum contest_metric m, struct contrast *x)
{
    double mine[CONTEST_BLOCKS_MAX], reference[CONTEST_BLOCKS_MAX];
    levels_of(c, target, m, mine);
    levels_of(c, 0, m, reference);
    if (c->past)
        return unpaired_of(mine, c->n, reference, c->past->n, &x->estimate) == 0;
    for (unsigned k = 0; k < c->n; k++)
        mine[k] -= reference[k];
    if (paired_of(mine, c->n, &x->estimate) < 0)
        return false;
    unsigned need = c->margins[m] > 0 ? paired_blocks_needed(mine, c->n, c->margins[m]) : 0;
    x->blocks_more = need > c->n && need - c->n <= BLOCKS_MORE_MAX ? need - c->n : 0;
    return true;
}

static void judge_metric(const struct contest *c, unsigned target, enum contest_metric m, struct contrast *x)
{
    *x = (struct contrast){.mine = median_of(c, target, m), .reference = median_of(c, 0, m), .adjusted_p = 1};
    x->judged = contest_has(c, m) && c->n >= 2 && estimate_of(c, target, m, x);
    if (!x->judged)
        return;
    x->finding = finding_of(&x->estimate, c->margins[m], c->floors[m]);
    x->better = better(x, m);
    x->adjusted_p = x->estimate.p;
    if (x->finding != FINDING_UNCLEAR && x->finding != FINDING_DIFFERENT)
        x->blocks_more = 0;
}

static bool is_secondary(const struct contest *c, int m)
{
    return (enum contest_metric)m != c->primary && contest_has(c, (enum contest_metric)m);
}

static void adjust(const struct contest *c, struct contrast out[CONTEST_METRICS])
{
    double p[CONTEST_METRICS];
    unsigned n = 0;
    for (int m = 0; m < CONTEST_METRICS; m++)
        if (is_secondary(c, m))
            p[n++] = out[m].adjusted_p;
    if (n == 0 || holm_adjust(p, n, p) < 0)
        return;
    n = 0;
    for (int m = 0; m < CONTEST_METRICS; m++)
        if (is_secondary(c, m))
            out[m].adjusted_p = p[n++];
}

static bool held_back(const struct contest *c, unsigned target)
{
    struct contest_total t;
    contest_total(c, target, &t);
    return t.client_limited > CLIENT_SHARE * t.slots;
}

void contest_judge(const struct contest *c, unsigned target, struct contrast out[CONTEST_METRICS])
{
    bool mine = held_back(c, target), reference = held_back(c, 0);
    for (int m = 0; m < CONTEST_METRICS; m++) {
        judge_metric(c, target, (enum contest_metric)m, &out[m]);
        bool above = out[m].estimate.ratio > 1;
        bool mine_is_better = above == contest_metrics[m].more_is_better;
        out[m].at_least = mine_is_better ? mine : reference;
        out[m].muddled = mine_is_better ? reference : mine;
    }
    adjust(c, out);
}

static void add_slot(struct contest_total *t, const struct contest_slot *s)
{
    t->slots++;
    t->client_limited += s->limited_by == LIMIT_CLIENT;
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

void contest_total(const struct contest *c, unsigned target, struct contest_total *out)
{
    *out = (struct contest_total){0};
    for (unsigned k = 0; k < blocks_of(c, target); k++) {
        const struct contest_block *b = block_of(c, target, k);
        for (unsigned i = 0; i < b->n; i++)
            if (b->slots[i].target == target)
                add_slot(out, &b->slots[i]);
    }
    if (out->answered == 0)
        out->cpu_s_per_million = -1;
    else if (out->cpu_s_per_million >= 0)
        out->cpu_s_per_million *= 1e6 / (double)out->answered;
}

// --- remarks ---

#define SAY(list, n, ...) snprintf((list)[(n)++], 256, __VA_ARGS__)

static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static int about_target(const struct contest *c, unsigned target, const struct contest_total *t,
                        char list[][256])
{
    const char *name = c->names[target];
    int n = 0;
    if (t->client_limited > CLIENT_SHARE * t->slots)
        SAY(list, n,
            "%s: %u of %u slots were limited by the client: it may be faster than this shows (--threads, "
            "--cpus)",
            name, t->client_limited, t->slots);
    if (t->miscounted)
        SAY(list, n, "%s counted other requests than were sent: somebody else used it meanwhile", name);
    if (t->aof || t->saved)
        SAY(list, n, "%s %s meanwhile", name, t->aof ? "wrote an append-only file" : "saved a snapshot");
    return n;
}

static int about_both(const struct contest *c, unsigned target, const struct contest_total *a,
                      const struct contest_total *b, char list[][256])
{
    const char *first = c->names[0], *other = c->names[target];
    double errors[2] = {share(a->errors, a->answered), share(b->errors, b->answered)};
    double hits[2] = {share(a->hits, a->hits + a->misses), share(b->hits, b->hits + b->misses)};
    int n = 0;
    if (a->errors + b->errors > 0)
        SAY(list, n, "error replies: %s %.3g %%, %s %.3g %%: an error is cheaper than the work it refuses",
            first, 100 * errors[0], other, 100 * errors[1]);
    if (fabs(hits[0] - hits[1]) > RATES_APART)
        SAY(list, n, "reads that found something: %s %.1f %%, %s %.1f %%: they did not do the same work",
            first, 100 * hits[0], other, 100 * hits[1]);
    if (a->evicted + b->evicted > 0)
        SAY(list, n, "keys thrown out: %s " N ", %s " N ": they do not hold the same data", first, a->evicted,
            other, b->evicted);
    if (a->unfinished + b->unfinished > 0)
        SAY(list, n, "requests without an answer: %s " N ", %s " N, first, a->unfinished, other,
            b->unfinished);
    return n;
}

// How they are set up.
static int about_terms(const struct contest *c, unsigned target, char list[][256])
{
    const struct contest_terms *a = &c->terms[0], *b = &c->terms[target];
    int n = 0;
    if (a->eviction[0] && b->eviction[0] && strcmp(a->eviction, b->eviction) != 0)
        SAY(list, n, "keys are thrown out by other rules: %s %.31s, %s %.31s", c->names[0], a->eviction,
            c->names[target], b->eviction);
    if (a->keys >= 0 && b->keys >= 0 && fabs((double)(a->keys - b->keys)) > KEYS_APART * (double)a->keys)
        SAY(list, n, "keys held: %s %" PRId64 ", %s %" PRId64 ": they do not hold the same data", c->names[0],
            a->keys, c->names[target], b->keys);
    return n;
}

int contest_remarks(const struct contest *c, char list[CONTEST_REMARKS_MAX][256])
{
    struct contest_total totals[CONTEST_TARGETS_MAX];
    int n = 0;
    if (c->past)
        SAY(list, n,
            "unpaired: %s was measured at another time, and whatever has changed since is in the ratio%s",
            c->names[0], c->past->n == 1 ? "; it is one run, whose spread is taken to be today's" : "");
    for (unsigned t = 0; t < c->targets; t++)
        contest_total(c, t, &totals[t]);
    for (unsigned t = 0; t < c->targets && n + REMARKS_OF_ONE <= CONTEST_REMARKS_MAX; t++) {
        n += about_target(c, t, &totals[t], list + n);
        if (t)
            n += about_both(c, t, &totals[0], &totals[t], list + n);
        if (t)
            n += about_terms(c, t, list + n);
    }
    return n;
}

static const char *way_of(enum contest_metric m, const struct contrast *x)
{
    if (m == CONTEST_THROUGHPUT)
        return x->better > 0 ? "faster" : "slower";
    return (x->better > 0) == contest_metrics[m].more_is_better ? "higher" : "lower";
}

void contest_word(const struct contest *c, enum contest_metric m, const struct contrast *x, char dst[96])
{
    if (!x->judged)
        snprintf(dst, 96, "too few whole blocks");
    else if (x->better)
        snprintf(dst, 96, "%s%s",
                 x->muddled    ? "client-limited, not judged"
                 : x->at_least ? "at least this much "
                               : "",
                 x->muddled ? "" : way_of(m, x));
    else if (x->finding == FINDING_EQUIVALENT)
        snprintf(dst, 96, "equivalent (within %.3g %%)", 100 * c->margins[m]);
    else if (x->finding == FINDING_DIFFERENT)
        snprintf(dst, 96, "different, size unclear");
    else if (x->blocks_more)
        snprintf(dst, 96, "not enough evidence (%u blocks more may do)", x->blocks_more);
    else
        snprintf(dst, 96, "not enough evidence");
}
