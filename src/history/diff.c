// SPDX-License-Identifier: MIT
#include "history/diff.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOISE_LEAST 0.02

struct gathering {
    struct diff *diff;
    int side;
    bool starved;
};

static struct diff_test *test_of(struct gathering *g, const char *name)
{
    struct diff *d = g->diff;
    for (size_t i = 0; i < d->n; i++)
        if (!d->tests[i].in[g->side] && strncmp(d->tests[i].test, name, sizeof d->tests->test - 1) == 0)
            return &d->tests[i];
    struct diff_test *all = realloc(d->tests, (d->n + 1) * sizeof *all);
    if (!all)
        return NULL;
    d->tests = all;
    all[d->n] = (struct diff_test){0};
    snprintf(all[d->n].test, sizeof all->test, "%s", name);
    return &all[d->n++];
}

static void compare_asked(struct diff_test *t, const struct history_asked *b)
{
    const struct history_asked *a = &t->asked;
    if (load_differs(&a->load, &b->load, t->why))
        return;
    if (a->duration_s != b->duration_s)
        snprintf(t->why, sizeof t->why, "%g s then, %g s now", a->duration_s, b->duration_s);
    else if (a->requests != b->requests)
        snprintf(t->why, sizeof t->why, "%llu requests then, %llu now", (unsigned long long)a->requests,
                 (unsigned long long)b->requests);
    else if (a->warmup_s != b->warmup_s)
        snprintf(t->why, sizeof t->why, "a warm-up of %g s then, %g s now", a->warmup_s, b->warmup_s);
    else if (a->prefilled != b->prefilled)
        snprintf(t->why, sizeof t->why, "%llu keys prefilled then, %llu now",
                 (unsigned long long)a->prefilled, (unsigned long long)b->prefilled);
}

static bool take_test(void *ctx, const struct history_test *t)
{
    struct gathering *g = ctx;
    struct diff_test *mine = test_of(g, t->test);
    g->starved = !mine;
    if (!mine)
        return false;
    mine->in[g->side] = true;
    memcpy(mine->figures[g->side], t->figures, sizeof mine->figures[0]);
    if (g->side == 0)
        mine->asked = t->asked;
    else if (mine->in[0])
        compare_asked(mine, &t->asked);
    return true;
}

// The errors of plain runs: a comparison is no run of one test.
static bool take_slot(void *ctx, const struct history_slot *s)
{
    struct gathering *g = ctx;
    for (size_t i = 0; i < g->diff->n; i++) {
        struct diff_test *t = &g->diff->tests[i];
        if (t->in[g->side] && strncmp(t->test, s->test, sizeof t->test - 1) == 0)
            memcpy(t->errors[g->side], s->errors, sizeof t->errors[0]);
    }
    return true;
}

static bool take_run(void *ctx, const struct history_run *r)
{
    struct gathering *g = ctx;
    struct diff_run *mine = &g->diff->runs[g->side];
    *mine = (struct diff_run){.id = r->id};
    snprintf(mine->started, sizeof mine->started, "%s", r->started);
    snprintf(mine->kind, sizeof mine->kind, "%s", r->kind);
    snprintf(mine->tags, sizeof mine->tags, "%s", r->tags);
    snprintf(mine->server, sizeof mine->server, "%s%s%s", r->server_name, r->server_version[0] ? " " : "",
             r->server_version);
    snprintf(mine->target, sizeof mine->target, "%s", r->target);
    snprintf(mine->engine, sizeof mine->engine, "%s", r->engine);
    snprintf(mine->host, sizeof mine->host, "%s %s", r->host, r->cpu);
    return false;
}

int diff_read(struct diff *out, struct history *h, const int64_t runs[2], struct err *err)
{
    *out = (struct diff){0};
    struct gathering g = {.diff = out};
    int rc = 0;
    for (; rc == 0 && g.side < 2; g.side++) {
        rc = walk_runs(h, &(struct history_pick){.run = runs[g.side]}, take_run, &g, err);
        if (rc == 0)
            rc = walk_tests(h, runs[g.side], take_test, &g, err);
        if (rc == 0)
            rc = walk_slots(h, runs[g.side], take_slot, &g, err);
        if (g.starved)
            rc = err_set(err, ERR_RUN, "not enough memory to compare two runs");
    }
    if (rc < 0)
        diff_free(out);
    return rc;
}

void diff_free(struct diff *d)
{
    free(d->tests);
    *d = (struct diff){0};
}

bool diff_change(const struct diff_test *t, enum metric m, double *change)
{
    const struct figure *a = &t->figures[0][m], *b = &t->figures[1][m];
    if (!a->known || !b->known || a->value == 0)
        return false;
    *change = (b->value - a->value) / fabs(a->value);
    return true;
}

// What a comparison calls it, or COMPARISON_METRICS.
static enum comparison_metric compared_as(enum metric m)
{
    return m == METRIC_RPS                                        ? COMPARISON_THROUGHPUT
           : m == METRIC_CAPACITY                                 ? COMPARISON_CAPACITY
           : m == METRIC_P50 + QUANTILE_P50                       ? COMPARISON_P50
           : m == METRIC_P50 + QUANTILE_P99                       ? COMPARISON_P99
           : m >= METRIC_P50 + QUANTILE_P999 && m <= METRIC_P9999 ? COMPARISON_P999
                                                                  : COMPARISON_METRICS;
}

double diff_noise(const struct diff_test *t, enum metric m)
{
    enum comparison_metric as = compared_as(m);
    if (as == COMPARISON_METRICS)
        return NOISE_LEAST;
    double margin = comparison_metrics[as].margin, a = t->errors[0][as], b = t->errors[1][as];
    double chance = a > 0 && b > 0 ? 2 * sqrt(a * a + b * b) : 0;
    return fmax(fmax(margin, NOISE_LEAST), chance);
}

int diff_direction(const struct diff_test *t, enum metric m)
{
    double change;
    if (t->why[0] || !diff_change(t, m, &change) || fabs(change) <= diff_noise(t, m))
        return 0;
    return (change > 0) == metric_more_is_better(m) ? 1 : -1;
}
