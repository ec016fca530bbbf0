// SPDX-License-Identifier: MIT
#include "stats/sweep.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const sweep_kinds[SWEEP_KINDS + 1] = {"rate", "clients", "pipeline", "size", "keys", NULL};

static void free_point(struct sweep_point *p)
{
    by_command_free(&p->commands);
    free(p->demands);
    p->demands = NULL;
    p->ndemands = 0;
}

void sweep_free(struct sweep *s)
{
    for (unsigned i = 0; i < s->n; i++)
        free_point(&s->points[i]);
    free(s->points);
    free(s->title);
    s->points = NULL;
    s->title = NULL;
}

void sweep_take(struct sweep_point *p, const struct summary *s)
{
    p->verdict = s->verdict;
    p->kept_up = summary_kept_up(s);
    p->rps = summary_rps(s);
    p->answered = summary_answered(s);
    p->errors = s->counts.errors;
    p->unfinished = counts_unanswered(&s->counts);
    p->lost = s->lost;
    p->outage_s = outages_broken_s(&s->outages);
    p->stalled = s->ending == ENDING_STALLED;
    by_command_take(&p->commands, s);
    memcpy(p->quantiles, s->quantiles, sizeof p->quantiles);
}

// Whether the demand is about this test or one of its commands.
static bool is_about(const struct assertion *a, const struct summary *s)
{
    bool about = metric_is_of(&a->path, s->test);
    for (unsigned k = 0; !about && k < s->nkinds; k++)
        about = metric_is_of(&a->path, s->kinds[k].test);
    return about;
}

int sweep_demand(struct sweep_point *p, const struct assertion *list, size_t n, const struct summary *s)
{
    struct assertion_result *results = calloc(assertion_room(n, s, 1) + 1, sizeof *results);
    p->demands = calloc(assertion_room(n, s, 1) + 1, sizeof *p->demands);
    size_t all = results && p->demands ? assertion_judge(list, n, s, 1, results) : 0;
    int rc = results && p->demands ? 0 : -ENOMEM;
    for (size_t i = 0; i < all; i++) {
        if (!is_about(results[i].of, s))
            continue;
        struct sweep_demand *d = &p->demands[p->ndemands++];
        snprintf(d->test, sizeof d->test, "%s", results[i].test ? results[i].test->test : "");
        d->result = results[i];
        d->result.test = NULL;
    }
    free(results);
    return rc;
}

unsigned sweep_broken(const struct sweep *s, unsigned *all)
{
    unsigned broken = 0;
    *all = 0;
    for (unsigned i = 0; i < s->n; i++)
        for (unsigned k = 0; k < s->points[i].ndemands; k++, ++*all)
            broken += !s->points[i].demands[k].result.held;
    return broken;
}

static int by_x_then_pass(const void *a, const void *b)
{
    const struct sweep_point *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->pass > q->pass) - (p->pass < q->pass);
}

void sweep_sort(struct sweep *s)
{
    if (s->n)
        qsort(s->points, s->n, sizeof *s->points, by_x_then_pass);
}

bool sweep_failed(const struct sweep *s, const struct sweep_point *p)
{
    bool silent = p->stalled || p->answered == 0 || (s->kind != SWEEP_RATE && p->unfinished);
    return silent || p->errors || p->lost || p->outage_s > 0;
}

bool sweep_counts(const struct sweep_point *p)
{
    return p->verdict.limit != LIMIT_CLIENT && p->answered > p->errors && p->lost == 0 && p->outage_s <= 0;
}

// The passes of one rate as one point: the geometric mean of their p99, and the load got through only where
// all got it through. Answers where the next rate begins.
static unsigned take_rate(const struct sweep *s, unsigned from, struct knee_point *out, bool *counts)
{
    double logs = 0, n = 0;
    bool through = true;
    unsigned i = from;
    for (; i < s->n && s->points[i].x == s->points[from].x; i++) {
        const struct sweep_point *p = &s->points[i];
        if (!sweep_counts(p))
            continue;
        logs += log(fmax(1, (double)p->quantiles[QUANTILE_P99].ns));
        through &= p->kept_up;
        n++;
    }
    double x = s->points[from].x;
    *counts = n > 0;
    *out = (struct knee_point){x, through ? x : x * KNEE_ACHIEVED / 2, n > 0 ? exp(logs / n) : 0};
    return i;
}

int sweep_knee(const struct sweep *s, struct knee *knee, double *rate)
{
    struct knee_point points[SWEEP_POINTS];
    unsigned n = 0;
    bool counts;
    if (s->kind != SWEEP_RATE)
        return -ENODATA;
    for (unsigned i = 0; i < s->n && n < SWEEP_POINTS; n += counts)
        i = take_rate(s, i, &points[n], &counts);
    int rc = knee_find(points, n, knee);
    if (rc == 0)
        *rate = points[knee->at].offered;
    return rc;
}

int sweep_usl(const struct sweep *s, uint64_t seed, struct usl *fit)
{
    struct usl_point points[USL_MAX];
    unsigned n = 0;
    if (s->kind != SWEEP_CLIENTS)
        return -ENODATA;
    for (unsigned i = 0; i < s->n && n < USL_MAX; i++)
        if (sweep_counts(&s->points[i]))
            points[n++] = (struct usl_point){s->points[i].x, s->points[i].rps};
    return usl_fit(points, n, seed, fit);
}
