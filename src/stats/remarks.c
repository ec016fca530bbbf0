// SPDX-License-Identifier: MIT
#include "stats/remarks.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RATES_APART 0.01  // of errors or hits
#define KEYS_APART 0.01   // that they hold
#define REMARKS_OF_ONE 14 // at most, about a target
#define DOUBTS_TOLD 4     // of them, the worst doubts

#define SAY(list, n, ...) snprintf((list)[(n)++], REMARK_TEXT, __VA_ARGS__)

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

int remarks_doubts(const struct comparison *c, unsigned target, struct remarks_doubt out[DOUBTS_MAX])
{
    struct comparison_total t;
    int n = 0;
    comparison_total(c, target, &t);
    for (unsigned rule = 0; rule < DOUBTS_MAX && doubt_name(rule); rule++) {
        if (!t.doubted[rule])
            continue;
        const char *name = doubt_name(rule);
        bool often = t.doubted[rule] > COMPARISON_SLOTS_SHARE * t.slots ||
                     rule <= (unsigned)doubt_rule(slice_of("lost-connections"));
        out[n++] = (struct remarks_doubt){.name = name,
                                          .text = strcmp(name, "few-samples") == 0
                                                      ? "too few replies for p99.9: raise --slot"
                                                      : c->doubts[target][rule],
                                          .slots = t.doubted[rule],
                                          .of = t.slots,
                                          .told = often && !said_otherwise(name)};
    }
    return n;
}

// Whether it is told of one side and may be the difference: that the slower one has fewer samples never is.
static bool sets_apart(const struct remarks_doubt *d, const struct remarks_doubt *others, int n)
{
    for (int i = 0; i < n; i++)
        if (others[i].told && strcmp(others[i].name, d->name) == 0)
            return false;
    return d->told && strcmp(d->name, "few-samples") != 0;
}

bool remarks_qualify(const struct comparison *c, unsigned target, char dst[REMARKS_QUALIFIED])
{
    struct remarks_doubt lists[2][DOUBTS_MAX];
    unsigned sides[2] = {0, target};
    int n[2];
    size_t len = 0;
    dst[0] = 0;
    for (int i = 0; i < 2; i++)
        n[i] = remarks_doubts(c, sides[i], lists[i]);
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < n[i]; k++)
            if (sets_apart(&lists[i][k], lists[1 - i], n[1 - i]) && len < REMARKS_QUALIFIED)
                len += (size_t)snprintf(dst + len, REMARKS_QUALIFIED - len, "%s%s of %s", len ? ", " : "",
                                        lists[i][k].name, c->names[sides[i]]);
    return len > 0;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static int about_target(const struct comparison *c, unsigned target, const struct comparison_total *t,
                        char list[][REMARK_TEXT])
{
    const char *name = c->names[target];
    int n = 0;
    bool served = strcmp(c->load.engine, "null") != 0;
    if (served && t->client_limited > COMPARISON_SLOTS_SHARE * t->slots)
        SAY(list, n,
            "%s: the client was the bottleneck in %u of %u slots, so it may be faster than shown: use "
            "--threads or --cpus",
            name, t->client_limited, t->slots);
    if (t->miscounted)
        SAY(list, n, "%s counted other requests than were sent: another client used it during the run", name);
    if (t->aof)
        SAY(list, n,
            "%s had AOF enabled, so its figures include writing a log to disk: set appendonly alike on all "
            "servers, or turn it off (CONFIG SET appendonly no)",
            name);
    else if (t->saved)
        SAY(list, n,
            "%s saved a snapshot during the run, and a fork and disk writes slow a server down: turn "
            "snapshots "
            "off (CONFIG SET save \"\")",
            name);
    return n;
}

// The worst of what each slot by itself would have been doubted for.
static int about_doubts(const struct comparison *c, unsigned target, char list[][REMARK_TEXT])
{
    struct remarks_doubt doubts[DOUBTS_MAX];
    int all = remarks_doubts(c, target, doubts), n = 0;
    bool kept = target == 0 && c->baseline;
    for (int i = 0; i < all && n < DOUBTS_TOLD; i++)
        if (doubts[i].told && kept)
            SAY(list, n,
                "%s, %u of %u slots: had the warning %s when it was measured (see hkv-bench history)",
                c->names[0], doubts[i].slots, doubts[i].of, doubts[i].name);
        else if (doubts[i].told)
            SAY(list, n, "%s, %u of %u slots: %s", c->names[target], doubts[i].slots, doubts[i].of,
                doubts[i].text);
    return n;
}

static int about_both(const struct comparison *c, unsigned target, const struct comparison_total *a,
                      const struct comparison_total *b, char list[][REMARK_TEXT])
{
    const char *first = c->names[0], *other = c->names[target];
    double errors[2] = {share(a->errors, a->answered), share(b->errors, b->answered)};
    double hits[2] = {share(a->hits, a->hits + a->misses), share(b->hits, b->hits + b->misses)};
    int n = 0;
    if (a->errors + b->errors > 0)
        SAY(list, n, "error replies: %s %.3g%%, %s %.3g%%; an error costs less than the work it refuses",
            first, 100 * errors[0], other, 100 * errors[1]);
    bool both_read = a->answered > a->errors && b->answered > b->errors && a->hits + a->misses > 0 &&
                     b->hits + b->misses > 0;
    if (both_read && fabs(hits[0] - hits[1]) > RATES_APART)
        SAY(list, n, "hits: %s %.1f%%, %s %.1f%%; they did not do the same work", first, 100 * hits[0], other,
            100 * hits[1]);
    if (a->evicted + b->evicted > 0)
        SAY(list, n,
            "evicted keys: %s %s, %s %s; the datasets differ: raise maxmemory, or use fewer keys (-r)", first,
            UNITS_COUNT(a->evicted), other, UNITS_COUNT(b->evicted));
    if (a->unfinished + b->unfinished > 0)
        SAY(list, n, "unanswered requests: %s %s, %s %s", first, UNITS_COUNT(a->unfinished), other,
            UNITS_COUNT(b->unfinished));
    return n;
}

// How they are set up.
static int about_terms(const struct comparison *c, unsigned target, char list[][REMARK_TEXT])
{
    const struct comparison_terms *a = &c->terms[0], *b = &c->terms[target];
    int n = 0;
    if (!c->baseline && a->tls != b->tls)
        SAY(list, n, "%s was measured with TLS and %s without; the ratio includes its cost",
            c->names[a->tls ? 0 : target], c->names[a->tls ? target : 0]);
    if (!c->baseline && a->cluster != b->cluster)
        SAY(list, n, "%s is a cluster and %s a single server", c->names[a->cluster ? 0 : target],
            c->names[a->cluster ? target : 0]);
    if (a->eviction[0] && b->eviction[0] && strcmp(a->eviction, b->eviction) != 0)
        SAY(list, n, "eviction policies differ: %s %.31s, %s %.31s", c->names[0], a->eviction,
            c->names[target], b->eviction);
    if (a->keys >= 0 && b->keys >= 0 && fabs((double)(a->keys - b->keys)) > KEYS_APART * (double)a->keys)
        SAY(list, n,
            "keys held: %s %s, %s %s; the datasets differ: fill both alike, e.g. with --prefill --fresh "
            "flush",
            c->names[0], UNITS_COUNT((uint64_t)a->keys), c->names[target], UNITS_COUNT((uint64_t)b->keys));
    return n;
}

int remarks_of(const struct comparison *c, char list[REMARKS_MAX][REMARK_TEXT])
{
    struct comparison_total totals[COMPARISON_TARGETS_MAX];
    int n = 0;
    if (c->baseline)
        SAY(list, n, "unpaired: %s was measured earlier, and the ratio includes whatever has changed since%s",
            c->names[0],
            c->baseline->n == 1
                ? "; a single run has no variance of its own, so four times today's is assumed"
                : "");
    if (c->duet_cpus)
        SAY(list, n,
            "duet: both were measured at the same time, with client threads on %u CPU%s each; neither figure "
            "is what that server does alone",
            c->duet_cpus, c->duet_cpus > 1 ? "s" : "");
    if (c->duet_shared)
        SAY(list, n, "duet: both servers may run on the same %u CPU%s and slow each other down",
            c->duet_shared, c->duet_shared > 1 ? "s" : "");
    for (unsigned t = 0; t < c->targets; t++)
        comparison_total(c, t, &totals[t]);
    for (unsigned t = 0; t < c->targets && n + REMARKS_OF_ONE <= REMARKS_MAX; t++) {
        n += about_target(c, t, &totals[t], list + n);
        n += about_doubts(c, t, list + n);
        if (t)
            n += about_both(c, t, &totals[0], &totals[t], list + n);
        if (t)
            n += about_terms(c, t, list + n);
    }
    return n;
}
