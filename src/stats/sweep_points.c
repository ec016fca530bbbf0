// SPDX-License-Identifier: MIT
#include "stats/sweep_points.h"

#include "base/units.h"

#include <stdlib.h>
#include <string.h>

#define RATES_BETWEEN 12 // points of FROM..TO in a sweep of rates; the others double

static bool parse_value(enum sweep_kind kind, const char *at, size_t len, double *x)
{
    static const double most[] = {1e9, 1e6, 1e6, 1 << 30, 999999999999};
    char text[32];
    uint64_t whole = 0;
    if (len == 0 || len >= sizeof text)
        return false;
    memcpy(text, at, len);
    text[len] = 0;
    int rc = kind == SWEEP_RATE   ? units_parse_rate(text, x)
             : kind == SWEEP_SIZE ? units_parse_bytes(text, &whole)
                                  : units_parse_count(text, &whole);
    if (kind != SWEEP_RATE)
        *x = (double)whole;
    return rc == 0 && *x > 0 && *x <= most[kind];
}

static bool put(struct sweep_points *p, double x)
{
    if (p->n == SWEEP_POINTS)
        return false;
    p->x[p->n++] = x;
    return true;
}

static bool put_range(struct sweep_points *p, enum sweep_kind kind, double from, double to)
{
    bool fits = from < to;
    if (kind == SWEEP_RATE) {
        for (int i = 0; i < RATES_BETWEEN; i++)
            fits &= put(p, from + (to - from) * i / (RATES_BETWEEN - 1));
        return fits;
    }
    for (double x = from; x < to && fits; x *= 2)
        fits &= put(p, x);
    return fits && put(p, to);
}

static bool put_list(struct sweep_points *p, enum sweep_kind kind, const char *at)
{
    const char *dots = strstr(at, "..");
    double from, to;
    if (dots)
        return parse_value(kind, at, (size_t)(dots - at), &from) &&
               parse_value(kind, dots + 2, strlen(dots + 2), &to) && put_range(p, kind, from, to);
    for (;; at++) {
        size_t len = strcspn(at, ",");
        if (!parse_value(kind, at, len, &from) || !put(p, from))
            return false;
        at += len;
        if (!*at)
            return true;
    }
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

int sweep_points_parse(enum sweep_kind kind, const char *text, struct sweep_points *out, struct err *err)
{
    static const char *const initial[] = {NULL, "1..128", "1..64", "8..16Ki", "1k,10k,100k,1M"};
    *out = (struct sweep_points){0};
    text = text ? text : initial[kind];
    if (!text)
        return 0;
    if (!put_list(out, kind, text))
        return err_set(err, ERR_USAGE,
                       "--points: expected up to %d values for %s such as 1,2,4 or 1..64, got '%.60s'",
                       SWEEP_POINTS, sweep_kinds[kind], text);
    qsort(out->x, out->n, sizeof *out->x, ascending);
    unsigned kept = 1;
    for (unsigned i = 1; i < out->n; i++)
        if (out->x[i] != out->x[kept - 1])
            out->x[kept++] = out->x[i];
    out->n = kept;
    return 0;
}

void sweep_points_around(double peak_rps, struct sweep_points *out)
{
    static const double shares[] = {.05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, 1, 1.05};
    *out = (struct sweep_points){0};
    for (size_t i = 0; i < sizeof shares / sizeof *shares && peak_rps > 0; i++)
        put(out, peak_rps * shares[i]);
}
