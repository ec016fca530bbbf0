// SPDX-License-Identifier: MIT
#include "view/panel_capacity.h"

#include "base/units.h"
#include "view/chart.h"
#include "view/parts.h"

#include <math.h>

#define SCALE_FROM 38 // columns of words before the scale

static const enum ink inks[] = {
    [SATURATION_PASS] = INK_GOOD, [SATURATION_FAIL] = INK_BAD, [SATURATION_VOID] = INK_DIM};
static const char *const marks[] = {
    [SATURATION_PASS] = "•", [SATURATION_FAIL] = "×", [SATURATION_VOID] = "·"};

// Around the trials shown, which close in.
static struct chart_scale scale_of(const struct canvas *c, const struct capacity *x, size_t first)
{
    struct chart_scale s = {INFINITY, 0, SCALE_FROM, c->columns - SCALE_FROM - 1};
    for (size_t i = first; i < x->n; i++) {
        s.low = fmin(s.low, x->trials[i].rate);
        s.high = fmax(s.high, x->trials[i].rate);
    }
    s.low = s.low < s.high ? s.low : 0;
    return s;
}

static void put_axis(struct canvas *c, unsigned row, const struct chart_scale *s)
{
    char text[32];
    canvas_put(c, row, s->column, INK_DIM, parts_rate(s->low, text));
    canvas_right(c, row, s->column + s->columns, INK_DIM, parts_rate(s->high, text));
}

static void put_trial(struct canvas *c, unsigned row, const struct chart_scale *s, const struct capacity *x,
                      size_t i)
{
    const struct capacity_trial *t = &x->trials[i];
    char rate[UNITS_TEXT];
    canvas_print(c, row, 0, INK_PLAIN, "%3zu %-6s %12s req/s  %s", i + 1, saturation_phase_name(t->phase),
                 units_count((uint64_t)t->rate, rate), saturation_outcome_name(t->outcome));
    chart_mark(c, row, s, (struct chart_dot){t->rate, inks[t->outcome], marks[t->outcome]});
}

static void put_bounds(struct canvas *c, unsigned row, const struct chart_scale *s, const struct capacity *x)
{
    struct saturation_result r = saturation_result(&x->search);
    char a[UNITS_TEXT], b[UNITS_TEXT];
    canvas_print(c, row, 0, INK_BOLD, "passes %s, fails %s",
                 r.pass > 0 ? units_count((uint64_t)r.pass, a) : "?",
                 r.fail > 0 ? units_count((uint64_t)r.fail, b) : "?");
    if (r.capacity > 0)
        chart_range(c, row, s, INK_BOLD, (const double[3]){r.low, r.capacity, r.high});
}

static const struct capacity_trial *last_of(const struct capacity *x)
{
    return x && x->n ? &x->trials[x->n - 1] : NULL;
}

void panel_capacity(const struct panel *p, const struct capacity *x, const struct glance *g)
{
    struct canvas *c = p->canvas;
    unsigned half = c->rows / 2, row = 2;
    parts_title(p, g);
    parts_keys(p);
    if (c->rows < 12 || c->columns < SCALE_FROM + 14)
        return;
    if (last_of(x)) {
        size_t room = half - 4, first = x->n > room ? x->n - room : 0;
        struct chart_scale s = scale_of(c, x, first);
        put_axis(c, row++, &s);
        for (size_t i = first; i < x->n; i++)
            put_trial(c, row++, &s, x, i);
        put_bounds(c, row, &s, x);
    }
    parts_figures(p, half, g);
    if (g->counts)
        parts_charts(p, (struct box){half + 2, 0, c->rows - half - 3, c->columns}, g);
}
