// SPDX-License-Identifier: MIT
#include "view/panel_compare.h"

#include "base/units.h"
#include "view/chart.h"
#include "view/parts.h"

#include <math.h>
#include <stdio.h>

#define SCALE_FROM 26 // columns of words before the scale
#define WIDEST 0.05   // the scale reaches so far on both sides of 1, at least

static const char *unit_word(enum comparison_metric m)
{
    return m == COMPARISON_THROUGHPUT || m == COMPARISON_CAPACITY ? "throughput" : comparison_metrics[m].text;
}

// Ratios around 1, in logarithms: twice as fast lies as far from 1 as half as fast.
static struct chart_scale scale_of(const struct canvas *c, const double *d, unsigned n)
{
    double most = log1p(WIDEST);
    for (unsigned i = 0; i < n; i++)
        most = fmax(most, fabs(d[i]));
    return (struct chart_scale){-most, most, SCALE_FROM, c->columns - SCALE_FROM - 1};
}

static void put_axis(struct canvas *c, unsigned row, const struct chart_scale *s)
{
    char text[32];
    snprintf(text, sizeof text, "%.3f", exp(s->low));
    canvas_put(c, row, s->column, INK_DIM, text);
    canvas_put(c, row, chart_place(s, 0) - 2, INK_DIM, "1.000");
    snprintf(text, sizeof text, "%.3f", exp(s->high));
    canvas_right(c, row, s->column + s->columns, INK_DIM, text);
}

static void put_block(struct canvas *c, unsigned row, const struct chart_scale *s, unsigned block, double d)
{
    canvas_print(c, row, 0, INK_PLAIN, "block %-4u", block);
    canvas_print(c, row, 12, INK_PLAIN, "%.3f", exp(d));
    chart_mark(c, row, s, (struct chart_dot){0, INK_DIM, "│"});
    chart_mark(c, row, s, (struct chart_dot){d, INK_FIRST, "•"});
}

static void put_estimate(struct canvas *c, unsigned row, const struct chart_scale *s,
                         const struct contrast *now)
{
    const struct estimate *e = &now->estimate;
    enum ink ink = now->better > 0 ? INK_GOOD : now->better < 0 ? INK_BAD : INK_BOLD;
    chart_mark(c, row, s, (struct chart_dot){0, INK_DIM, "│"});
    canvas_print(c, row, 0, INK_BOLD, "so far %.3f (%.3f-%.3f)", e->ratio, e->low, e->high);
    chart_range(c, row, s, ink, (const double[3]){log(e->low), log(e->ratio), log(e->high)});
}

static void put_verdict(struct canvas *c, unsigned row, const struct comparison *x,
                        const struct contrast *now)
{
    char word[96];
    comparison_word(x, x->primary, now, word);
    canvas_print(c, row, 0, INK_PLAIN, "%s of %s over %s: %s", unit_word(x->primary),
                 x->names[x->targets - 1], x->names[0], word);
}

void panel_compare(const struct panel *p, const struct comparison *x, const struct contrast *now,
                   const struct glance *g)
{
    struct canvas *c = p->canvas;
    double d[COMPARISON_BLOCKS_MAX];
    unsigned n = x->baseline ? 0 : x->n, half = c->rows / 2;
    parts_title(p, g);
    parts_keys(p);
    if (c->rows < 12 || c->columns < SCALE_FROM + 14)
        return;
    if (n)
        comparison_differences(x, x->targets - 1, x->primary, d);
    unsigned room = half - 5, shown = n < room ? n : room, row = 2;
    struct chart_scale s = scale_of(c, d, n);
    put_axis(c, row++, &s);
    for (unsigned i = n - shown; i < n; i++)
        put_block(c, row++, &s, i + 1, d[i]);
    if (now->judged) {
        put_estimate(c, row++, &s, now);
        put_verdict(c, row++, x, now);
    } else {
        canvas_put(c, row++, 0, INK_DIM, "no interval yet: it takes two whole blocks");
    }
    parts_figures(p, half, g);
    if (g->counts)
        parts_charts(p, (struct box){half + 2, 0, c->rows - half - 3, c->columns}, g);
}
