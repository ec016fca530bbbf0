// SPDX-License-Identifier: MIT
#include "stats/contest_remarks.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define N "%" PRIu64
#define RATES_APART 0.01  // of errors or hits
#define KEYS_APART 0.01   // that they hold
#define REMARKS_OF_ONE 13 // at most, about a target
#define DOUBTS_TOLD 4     // of them, the worst doubts

#define SAY(list, n, ...) snprintf((list)[(n)++], CONTEST_REMARK, __VA_ARGS__)

// Doubts that the remarks tell of both sides at once; that are no doubt in many slots; that a slot has not.
static bool said_otherwise(const char *name)
{
    static const char *const names[] = {"client-limited", "errors",    "evictions",
                                        "server-writes",  "short-run", "not-precise"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

int contest_doubts(const struct contest *c, unsigned target, struct contest_doubt out[DOUBTS_MAX])
{
    struct contest_total t;
    int n = 0;
    contest_total(c, target, &t);
    for (unsigned rule = 0; rule < DOUBTS_MAX && doubt_name(rule); rule++) {
        if (!t.doubted[rule])
            continue;
        const char *name = doubt_name(rule);
        bool often = t.doubted[rule] > CONTEST_SLOTS_SHARE * t.slots ||
                     rule <= (unsigned)doubt_rule(slice_of("lost-connections"));
        out[n++] = (struct contest_doubt){.name = name,
                                          .text = strcmp(name, "few-samples") == 0
                                                      ? "p99.9 rests on fewer than one answer: raise --slot"
                                                      : c->doubts[target][rule],
                                          .slots = t.doubted[rule],
                                          .of = t.slots,
                                          .told = often && !said_otherwise(name)};
    }
    return n;
}

// Whether it is told of one side and may be the difference: that the slower one has fewer samples never is.
static bool sets_apart(const struct contest_doubt *d, const struct contest_doubt *others, int n)
{
    for (int i = 0; i < n; i++)
        if (others[i].told && strcmp(others[i].name, d->name) == 0)
            return false;
    return d->told && strcmp(d->name, "few-samples") != 0;
}

bool contest_qualified(const struct contest *c, unsigned target, char dst[CONTEST_QUALIFIED])
{
    struct contest_doubt lists[2][DOUBTS_MAX];
    unsigned sides[2] = {0, target};
    int n[2];
    size_t len = 0;
    dst[0] = 0;
    for (int i = 0; i < 2; i++)
        n[i] = contest_doubts(c, sides[i], lists[i]);
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < n[i]; k++)
            if (sets_apart(&lists[i][k], lists[1 - i], n[1 - i]) && len < CONTEST_QUALIFIED)
                len += (size_t)snprintf(dst + len, CONTEST_QUALIFIED - len, "%s%s of %s", len ? ", " : "",
                                        lists[i][k].name, c->names[sides[i]]);
    return len > 0;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static int about_target(const struct contest *c, unsigned target, const struct contest_total *t,
                        char list[][CONTEST_REMARK])
{
    const char *name = c->names[target];
    int n = 0;
    if (t->client_limited > CONTEST_SLOTS_SHARE * t->slots)
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

// The worst of what each slot by itself would have been doubted for.
static int about_doubts(const struct contest *c, unsigned target, char list[][CONTEST_REMARK])
{
    struct contest_doubt doubts[DOUBTS_MAX];
    int all = contest_doubts(c, target, doubts), n = 0;
    bool kept = target == 0 && c->past;
    for (int i = 0; i < all && n < DOUBTS_TOLD; i++)
        if (doubts[i].told && kept)
            SAY(list, n,
                "%s, %u of %u slots: doubted for %s when it was measured (hkv-bench history shows it)",
                c->names[0], doubts[i].slots, doubts[i].of, doubts[i].name);
        else if (doubts[i].told)
            SAY(list, n, "%s, %u of %u slots: %s", c->names[target], doubts[i].slots, doubts[i].of,
                doubts[i].text);
    return n;
}

static int about_both(const struct contest *c, unsigned target, const struct contest_total *a,
                      const struct contest_total *b, char list[][CONTEST_REMARK])
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
static int about_terms(const struct contest *c, unsigned target, char list[][CONTEST_REMARK])
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

int contest_remarks(const struct contest *c, char list[CONTEST_REMARKS_MAX][CONTEST_REMARK])
{
    struct contest_total totals[CONTEST_TARGETS_MAX];
    int n = 0;
    if (c->past)
        SAY(list, n,
            "unpaired: %s was measured at another time, and whatever has changed since is in the ratio%s",
            c->names[0],
            c->past->n == 1 ? "; one run has no spread of its own: four times today's is allowed for" : "");
    for (unsigned t = 0; t < c->targets; t++)
        contest_total(c, t, &totals[t]);
    for (unsigned t = 0; t < c->targets && n + REMARKS_OF_ONE <= CONTEST_REMARKS_MAX; t++) {
        n += about_target(c, t, &totals[t], list + n);
        n += about_doubts(c, t, list + n);
        if (t)
            n += about_both(c, t, &totals[0], &totals[t], list + n);
        if (t)
            n += about_terms(c, t, list + n);
    }
    return n;
}
