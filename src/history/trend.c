// SPDX-License-Identifier: MIT
#include "history/trend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define P_MAX 0.01    // of a change point
#define LEAST 0.02    // a change of less is of no interest
#define NEAR 2        // runs by which the place of a change may be off
#define POINTS_MIN 64 // to begin with

const char *const trend_difference_names[TREND_DIFFERENCES] = {
    [TREND_SERVER] = "server", [TREND_ENGINE] = "engine", [TREND_HOST] = "host", [TREND_CONFIG] = "config"};

struct gathering {
    struct trend *trend;
    enum metric metric;
    bool starved; // of memory
};

static struct trend_series *begin_series(struct gathering *g, const struct history_point *p)
{
    struct trend *t = g->trend;
    struct trend_series *all = realloc(t->series, (t->n + 1) * sizeof *all);
    if (!all)
        return NULL;
    t->series = all;
    struct trend_series *s = &all[t->n++];
    *s = (struct trend_series){.metric = g->metric};
    snprintf(s->test, sizeof s->test, "%s", p->test);
    snprintf(s->promise, sizeof s->promise, "%s", p->promise);
    return s;
}

// Points come test by test, promise by promise.
static struct trend_series *series_of(struct gathering *g, const struct history_point *p)
{
    struct trend *t = g->trend;
    struct trend_series *last = t->n ? &t->series[t->n - 1] : NULL;
    bool same = last && strncmp(last->test, p->test, sizeof last->test - 1) == 0 &&
                strncmp(last->promise, p->promise, sizeof last->promise - 1) == 0;
    return same ? last : begin_series(g, p);
}

static bool grow(struct trend_series *s)
{
    if (s->n < s->cap)
        return true;
    unsigned cap = s->cap ? 2 * s->cap : POINTS_MIN;
    struct trend_point *points = realloc(s->points, cap * sizeof *points);
    if (!points)
        return false;
    s->points = points;
    s->cap = cap;
    return true;
}

static bool asked_alike(const struct history_asked *a, const struct history_asked *b)
{
    char why[LOAD_WHY];
    return a->requests == b->requests && a->prefilled == b->prefilled && a->duration_s == b->duration_s &&
           a->warmup_s == b->warmup_s && a->ramp_s == b->ramp_s && !load_differs(&a->load, &b->load, why);
}

// Keeps a copy of text. False without memory.
static bool keep(char **at, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return false;
    free(*at);
    *at = copy;
    return true;
}

// In what a point differs from the first and from the one before.
static bool find_differences(struct trend_series *s, const struct history_point *p,
                             bool before[TREND_DIFFERENCES])
{
    const char *now[TREND_CONFIG] = {
        [TREND_SERVER] = p->server, [TREND_ENGINE] = p->engine, [TREND_HOST] = p->host};
    if (s->n == 0)
        s->asked_first = s->asked_last = p->asked;
    s->differs[TREND_CONFIG] |= !asked_alike(&s->asked_first, &p->asked);
    before[TREND_CONFIG] = !asked_alike(&s->asked_last, &p->asked);
    s->asked_last = p->asked;
    for (int i = 0; i < TREND_CONFIG; i++) {
        if (!s->first[i] && !keep(&s->first[i], now[i]))
            return false;
        s->differs[i] = s->differs[i] || strcmp(s->first[i], now[i]) != 0;
        before[i] = s->last[i] && strcmp(s->last[i], now[i]) != 0;
        if (!keep(&s->last[i], now[i]))
            return false;
    }
    return true;
}

static bool gather(void *ctx, const struct history_point *p)
{
    struct gathering *g = ctx;
    struct trend_series *s = series_of(g, p);
    struct trend_point made = {.run = p->run, .value = p->value, .at_least = p->at_least};
    g->starved = !s || !grow(s) || !find_differences(s, p, made.differs);
    if (g->starved)
        return false;
    struct trend_point *point = &s->points[s->n++];
    *point = made;
    snprintf(point->started, sizeof point->started, "%s", p->started);
    snprintf(point->label, sizeof point->label, "%s", p->label);
    s->bounds += p->at_least;
    return true;
}

static bool judge(struct trend_series *s, struct change_rule rule)
{
    if (s->n > CHANGE_MAX) {
        s->left_out = s->n - CHANGE_MAX;
        s->n = CHANGE_MAX;
        memmove(s->points, s->points + s->left_out, s->n * sizeof *s->points);
    }
    double *values = malloc((s->n + 1) * sizeof *values);
    if (!values)
        return false;
    for (unsigned i = 0; i < s->n; i++)
        values[i] = s->points[i].value;
    int found = change_find(values, s->n, rule, s->changes, TREND_CHANGES_MAX);
    s->nchanges = found < 0 ? 0 : found < TREND_CHANGES_MAX ? (unsigned)found : TREND_CHANGES_MAX;
    free(values);
    return true;
}

int trend_direction(const struct trend_series *s, const struct change *c)
{
    return (c->after > c->before) == metric_more_is_better(s->metric) ? 1 : -1;
}

void trend_differs_at(const struct trend_series *s, const struct change *c, bool differs[TREND_DIFFERENCES])
{
    memset(differs, 0, TREND_DIFFERENCES * sizeof *differs);
    unsigned from = c->at > NEAR ? c->at - NEAR : 0;
    for (unsigned i = from; i < s->n && i <= c->at + NEAR; i++)
        for (int k = 0; k < TREND_DIFFERENCES; k++)
            differs[k] |= s->points[i].differs[k];
}

bool trend_unlike(const struct trend_series *s, const struct change *c)
{
    bool differs[TREND_DIFFERENCES];
    trend_differs_at(s, c, differs);
    return differs[TREND_ENGINE] || differs[TREND_HOST] || differs[TREND_CONFIG];
}

bool trend_regressed(const struct trend_series *s)
{
    const struct change *last = s->nchanges ? &s->changes[s->nchanges - 1] : NULL;
    return last && trend_direction(s, last) < 0 && !trend_unlike(s, last);
}

int trend_read(struct trend *out, struct history *h, const struct metric_path *what,
               const struct history_tag *tag, struct err *err)
{
    *out = (struct trend){.rule = {P_MAX, LEAST}};
    struct gathering g = {out, what->metric, false};
    int rc = walk_points(h, &(struct history_pick){.tag = tag, .figure = *what}, gather, &g, err);
    for (size_t i = 0; rc == 0 && !g.starved && i < out->n; i++)
        g.starved = !judge(&out->series[i], out->rule);
    if (g.starved)
        rc = err_set(err, ERR_RUN, "not enough memory for the trend");
    if (rc < 0)
        trend_free(out);
    return rc;
}

void trend_free(struct trend *t)
{
    for (size_t i = 0; i < t->n; i++) {
        free(t->series[i].points);
        for (int k = 0; k < TREND_CONFIG; k++) {
            free(t->series[i].first[k]);
            free(t->series[i].last[k]);
        }
    }
    free(t->series);
    *t = (struct trend){0};
}
