// SPDX-License-Identifier: MIT
#include "view/parts.h"

#include "base/units.h"
#include "stats/verdict.h"
#include "view/chart.h"

#include <stdio.h>
#include <string.h>

#define TITLE_MAX 40

// What would be rounded up to a thousand has the next unit.
char *parts_rate(double value, char dst[32])
{
    if (value >= 999.5e6)
        snprintf(dst, 32, "%.3gG/s", value * 1e-9);
    else if (value >= 999.5e3)
        snprintf(dst, 32, "%.3gM/s", value * 1e-6);
    else if (value >= 9999.5)
        snprintf(dst, 32, "%.3gk/s", value * 1e-3);
    else
        snprintf(dst, 32, "%.4g/s", value);
    return dst;
}

char *parts_latency(double value, char dst[32])
{
    if (value > 0)
        return units_duration((uint64_t)value, dst);
    snprintf(dst, 32, "0");
    return dst;
}

void parts_title(const struct panel *p, const struct glance *g)
{
    struct canvas *c = p->canvas;
    char text[UNITS_TEXT];
    unsigned at =
        canvas_fit(c, (struct canvas_span){0, 0, TITLE_MAX}, INK_BOLD, g->title ? g->title : "idle");
    if (p->what)
        at = canvas_print(c, 0, at, INK_PLAIN, "  %s", p->what);
    at = canvas_print(c, 0, at, INK_PLAIN, "  %s %s", g->phase,
                      units_left((double)g->elapsed_ns * 1e-9, text));
    double left_s = p->left_s >= 0                  ? p->left_s
                    : g->done > 0 && g->done <= 1.0 ? (double)g->elapsed_ns * 1e-9 * (1 - g->done) / g->done
                                                    : -1;
    if (left_s >= 0)
        at = canvas_print(c, 0, at, INK_DIM, ", %s left", units_left(left_s, text));
    if (p->frozen)
        canvas_put(c, 0, at + 2, INK_WARN, "frozen");
}

void parts_keys(const struct panel *p)
{
    struct canvas *c = p->canvas;
    canvas_print(c, c->rows - 1, 0, INK_DIM, "q end with a report   space %s   l %s latency scale",
                 p->frozen ? "resume" : "freeze", p->log ? "linear" : "logarithmic");
}

void parts_figures(const struct panel *p, unsigned row, const struct glance *g)
{
    struct canvas *c = p->canvas;
    char a[UNITS_TEXT], b[UNITS_TEXT];
    struct verdict v;
    unsigned at = canvas_print(c, row, 0, INK_BOLD, "%s req/s", units_count((uint64_t)g->rps, a));
    at = canvas_print(c, row, at, INK_PLAIN, " (mean %s)", units_count((uint64_t)g->mean_rps, a));
    if (g->p99_ns)
        at = canvas_print(c, row, at, INK_PLAIN, ", p50 %s, p99 %s", units_duration(g->p50_ns, a),
                          units_duration(g->p99_ns, b));
    canvas_print(c, row, at, g->errors ? INK_BAD : INK_PLAIN, ", %s error%s", units_count(g->errors, a),
                 g->errors == 1 ? "" : "s");
    if (!g->counts)
        return;
    glance_bottleneck(g, &v);
    at = canvas_print(c, row + 1, 0, INK_PLAIN, "bottleneck now: ");
    at = canvas_put(c, row + 1, at, v.limit == LIMIT_CLIENT ? INK_BAD : INK_BOLD, verdict_text(v.limit));
    canvas_print(c, row + 1, at, INK_PLAIN, " (%s)", v.why);
}

// --- charts over time ---

struct lines {
    double rate[CHART_POINTS], p50[CHART_POINTS], p99[CHART_POINTS];
    unsigned n;
};

// The last bin is still open: it is left out, and so is what does not fill its column.
static void lines_of(struct lines *l, struct box box, const struct timeline *t)
{
    unsigned bins = chart_bins(box, t), closed = t->n > 1 ? t->n - 1 : 0;
    l->n = 0;
    for (unsigned from = 0; from < closed && l->n < chart_columns(box); from += bins, l->n++) {
        unsigned n = closed - from < bins ? closed - from : bins;
        struct timeline_bin sum;
        timeline_sum(t, from, n, &sum);
        l->rate[l->n] = (double)(sum.ok + sum.errors) / ((double)n * (double)t->bin_ns * 1e-9);
        l->p50[l->n] = (double)timeline_quantile(t, from, n, 0.5);
        l->p99[l->n] = (double)timeline_quantile(t, from, n, 0.99);
    }
}

void parts_charts(const struct panel *p, struct box box, const struct glance *g)
{
    struct lines l;
    char heat[64], text[UNITS_TEXT];
    unsigned third = box.rows / 3;
    lines_of(&l, box, &g->line);
    struct box part = {box.row, box.column, third, box.columns};
    chart_bars(p->canvas, part, &(struct chart){"requests per second", false, l.n, l.rate, NULL, parts_rate});
    part.row += third;
    chart_points(p->canvas, part,
                 &(struct chart){"latency: • p50  ○ p99", p->log, l.n, l.p50, l.p99, parts_latency});
    part.row += third;
    part.rows = box.rows - 2 * third;
    snprintf(heat, sizeof heat, "latency heat map, %s per column",
             units_duration(chart_bins(box, &g->line) * g->line.bin_ns, text));
    chart_heat(p->canvas, part, heat, &g->line);
}
