// SPDX-License-Identifier: MIT
#include "stats/validity.h"

#include "base/units.h"
#include "judge/chisquare.h"
#include "stats/selfcheck.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SAY(r, ...) snprintf((r)->reason, sizeof(r)->reason, __VA_ARGS__)

static void settle(struct validity_result *r, bool good, double figure, double limit)
{
    r->state = good ? VALIDITY_PASS : VALIDITY_FAIL;
    r->figure = figure;
    r->limit = limit;
}

static void sums(const struct summary *s, struct validity_result *r)
{
    struct selfcheck check;
    selfcheck_of(s, &check);
    settle(r, check.consistent, check.consistent ? 0 : 1, 0);
    SAY(r, "%.100s", check.text);
}

static void hits(const struct summary *s, struct validity_result *r)
{
    const struct evidence *e = &s->evidence;
    uint64_t reads = s->counts.hits + s->counts.misses;
    if (!s->reads || !e->hits_known || reads == 0) {
        SAY(r, s->reads && reads ? "the load does not say how many reads are to be hits"
                                 : "nothing that can be missed was read");
        return;
    }
    settle(r, summary_hit_ratio(s) >= e->hits_least, summary_hit_ratio(s), e->hits_least);
    if (r->state == VALIDITY_FAIL)
        SAY(r, "%.1f%% of the reads were hits, and the load implies %.0f%% or more",
            floor(1000 * r->figure) / 10, 100 * r->limit);
}

// Commands of others, and answers that never came, leave open what the server had to count.
static void commands(const struct summary *s, struct validity_result *r)
{
    const struct signals *g = &s->signals;
    const struct evidence *e = &s->evidence;
    if (!e->commands)
        SAY(r, "it is not known how the server counts these commands");
    else if (!g->calls_known)
        SAY(r, "other clients were connected, or INFO commandstats tells nothing");
    else if (!g->alone || g->accepted != e->connections)
        SAY(r, "other clients were connected to the server");
    else if (counts_unanswered(&s->counts))
        SAY(r, "requests were left unanswered");
    else {
        settle(r, g->calls == e->commands, (double)g->calls, (double)e->commands);
        if (r->state == VALIDITY_FAIL)
            SAY(r, "the server counted %s of these commands, and %s were sent", UNITS_COUNT(g->calls),
                UNITS_COUNT(e->commands));
    }
}

// Of one command's sample, in a run that has `of` of them. The worst is kept.
static void hold(const struct summary *s, const struct drawn *d, unsigned of, struct validity_result *r)
{
    double limit = VALIDITY_CHANCE / of;
    uint64_t seen[DRAWN_BINS];
    for (unsigned i = 0; i < d->n; i++)
        seen[i] = d->seen[i];
    struct chisquare x = chisquare_of(seen, d->share, d->n);
    double p = d->strays ? 0 : x.p;
    bool known = d->read && (d->strays || d->n == 0 || x.df > 0);
    if (!known || (r->state != VALIDITY_UNKNOWN && p >= r->figure))
        return;
    settle(r, p >= limit, p, limit);
    if (r->state == VALIDITY_PASS)
        r->reason[0] = 0;
    else if (d->strays)
        SAY(r, "%s%s%s of %s requests had what the law never gives", of > 1 ? s->test : "",
            of > 1 ? ": " : "", UNITS_COUNT(d->strays), UNITS_COUNT(d->read));
    else
        SAY(r, "%s%schi-square %.1f with %u degrees of freedom over %s requests, p %.1g",
            of > 1 ? s->test : "", of > 1 ? ": " : "", x.statistic, x.df, UNITS_COUNT(x.n), p);
}

static unsigned samples(const struct summary *s, bool of_sizes)
{
    unsigned n = 0;
    for (unsigned i = 0; i < s->nkinds; i++)
        n += (of_sizes ? s->kinds[i].evidence.sizes.read : s->kinds[i].evidence.keys.read) > 0;
    return n ? n : 1;
}

static void draws(const struct summary *s, bool of_sizes, struct validity_result *r)
{
    unsigned of = samples(s, of_sizes);
    SAY(r, of_sizes ? "all values have one size, or none was looked at"
                    : "all requests have one key, or too few were looked at");
    for (unsigned i = 0; i < s->nkinds; i++)
        hold(&s->kinds[i], of_sizes ? &s->kinds[i].evidence.sizes : &s->kinds[i].evidence.keys, of, r);
    if (s->nkinds == 0)
        hold(s, of_sizes ? &s->evidence.sizes : &s->evidence.keys, of, r);
}

static void arrivals(const struct summary *s, struct validity_result *r)
{
    const struct punctuality *p = &s->punctual;
    double allowed = VALIDITY_BUNCHED * (p->due_dispersion + 1);
    if (p->requests < VALIDITY_REQUESTS) {
        SAY(r, s->load.rate > 0 ? "too few requests, or of several processes"
                                : "closed loop: nothing is scheduled");
        return;
    }
    bool late = p->distance > VALIDITY_OVERDUE, bunched = p->sent_dispersion > allowed;
    settle(r, !late && !bunched, p->distance, VALIDITY_OVERDUE);
    if (late)
        SAY(r, "%.0f%% of the requests were overdue at once", 100 * p->distance);
    else if (bunched)
        SAY(r, "requests left in bunches: index of dispersion %.3g instead of %.3g", p->sent_dispersion,
            p->due_dispersion);
}

void validity_of(const struct summary *s, struct validity *out)
{
    *out = (struct validity){.known = s->ending != ENDING_SKIPPED && s->counts.ok > 0};
    if (!out->known)
        return;
    sums(s, &out->checks[VALID_SUMS]);
    hits(s, &out->checks[VALID_HITS]);
    commands(s, &out->checks[VALID_COMMANDS]);
    draws(s, false, &out->checks[VALID_KEYS]);
    draws(s, true, &out->checks[VALID_SIZES]);
    arrivals(s, &out->checks[VALID_ARRIVALS]);
    for (int i = 0; i < VALIDITY_CHECKS; i++)
        out->invalid |= out->checks[i].state == VALIDITY_FAIL;
}

const char *validity_check(enum validity_check check)
{
    static const char *const names[] = {"sums", "hits", "commands", "keys", "sizes", "arrivals"};
    return names[check];
}

const char *validity_state(enum validity_state state)
{
    static const char *const names[] = {"unknown", "pass", "fail"};
    return names[state];
}

const char *validity_verdict(const struct validity *v)
{
    return !v->known ? "" : v->invalid ? "INVALID" : "VALID";
}

char *validity_text(const struct validity *v, char dst[VALIDITY_TEXT])
{
    enum validity_state named = v->invalid ? VALIDITY_FAIL : VALIDITY_PASS;
    size_t n = (size_t)snprintf(dst, VALIDITY_TEXT, "%s", validity_verdict(v));
    const char *before = " (";
    for (int i = 0; i < VALIDITY_CHECKS; i++)
        if (v->known && v->checks[i].state == named) {
            n += (size_t)snprintf(dst + n, VALIDITY_TEXT - n, "%s%s", before, validity_check(i));
            before = ", ";
        }
    if (before[0] == ',')
        snprintf(dst + n, VALIDITY_TEXT - n, ")");
    return dst;
}
