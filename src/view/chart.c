// SPDX-License-Identifier: MIT
#include "view/chart.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EIGHTHS 8

static const char *const bars[EIGHTHS + 1] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const shades[INK_HEATS] = {"·", "░", "▒", "▓", "█"};

unsigned chart_columns(struct box box)
{
    unsigned columns = box.columns > CHART_GUTTER + 1 ? box.columns - CHART_GUTTER : 1;
    return columns < CHART_POINTS ? columns : CHART_POINTS;
}

unsigned chart_bins(struct box box, const struct timeline *t)
{
    unsigned columns = chart_columns(box), bins = t->n > 1 ? t->n - 1 : 1; // the last is still open
    return (bins + columns - 1) / columns;
}

// --- the scale ---

struct axis {
    double low, high; // of what is drawn; logarithms where log
    bool log;
};

static double on_axis(const struct axis *a, double value)
{
    double x = a->log ? log10(value > 0 ? value : 1e-9) : value;
    return a->high > a->low ? fmin(1, fmax(0, (x - a->low) / (a->high - a->low))) : 1;
}

static void widen(double *low, double *high, const double *of, unsigned n)
{
    for (unsigned i = 0; of && i < n; i++)
        if (of[i] > 0) {
            *low = fmin(*low, of[i]);
            *high = fmax(*high, of[i]);
        }
}

// From 0 on; of a logarithmic one, whole powers of ten.
static struct axis axis_of(const struct chart *chart)
{
    double low = INFINITY, high = 0;
    widen(&low, &high, chart->of, chart->n);
    widen(&low, &high, chart->second, chart->n);
    if (high <= 0)
        return (struct axis){0, 0, false};
    if (!chart->log)
        return (struct axis){0, high, false};
    double floor_of = floor(log10(low)), ceil_of = ceil(log10(high));
    return (struct axis){floor_of, ceil_of > floor_of ? ceil_of : floor_of + 1, true};
}

static void put_scale(struct canvas *c, struct box box, const struct chart *chart, const struct axis *a)
{
    char text[32];
    double low = a->log ? pow(10, a->low) : a->low, high = a->log ? pow(10, a->high) : a->high;
    canvas_fit(c, (struct canvas_span){box.row, box.column, box.column + box.columns}, INK_DIM, chart->title);
    if (box.rows < 2 || !(a->high > 0 || a->log))
        return;
    canvas_print(c, box.row + 1, box.column, INK_DIM, "%*s", CHART_GUTTER - 1, chart->say(high, text));
    if (box.rows > 2)
        canvas_print(c, box.row + box.rows - 1, box.column, INK_DIM, "%*s", CHART_GUTTER - 1,
                     chart->say(low, text));
}

// --- bars and points ---

void chart_bars(struct canvas *c, struct box box, const struct chart *chart)
{
    struct axis a = axis_of(chart);
    unsigned rows = box.rows > 1 ? box.rows - 1 : 0;
    put_scale(c, box, chart, &a);
    for (unsigned i = 0; i < chart->n && i < chart_columns(box); i++) {
        if (chart->of[i] < 0)
            continue;
        unsigned full = (unsigned)lround(on_axis(&a, chart->of[i]) * rows * EIGHTHS);
        full = full || chart->of[i] <= 0 ? full : 1;
        for (unsigned r = 0; r < rows && a.high > 0; r++) {
            unsigned below = r * EIGHTHS, part = full > below ? full - below : 0;
            canvas_put(c, box.row + box.rows - 1 - r, box.column + CHART_GUTTER + i, INK_FIRST,
                       bars[part < EIGHTHS ? part : EIGHTHS]);
        }
    }
}

struct point {
    unsigned column;
    double value;
    enum ink ink;
};

static void put_point(struct canvas *c, struct box box, const struct axis *a, struct point p)
{
    unsigned rows = box.rows - 1;
    if (p.value <= 0)
        return;
    unsigned up = (unsigned)lround(on_axis(a, p.value) * (rows - 1));
    canvas_put(c, box.row + box.rows - 1 - up, box.column + CHART_GUTTER + p.column, p.ink,
               p.ink == INK_FIRST ? "•" : "○");
}

void chart_points(struct canvas *c, struct box box, const struct chart *chart)
{
    struct axis a = axis_of(chart);
    put_scale(c, box, chart, &a);
    for (unsigned i = 0; box.rows > 1 && i < chart->n && i < chart_columns(box); i++) {
        if (chart->second)
            put_point(c, box, &a, (struct point){i, chart->second[i], INK_SECOND});
        put_point(c, box, &a, (struct point){i, chart->of[i], INK_FIRST});
    }
}

// --- the heat map ---

// The lowest and the highest level that anything is in; false where nothing is.
static bool levels_of(const struct timeline *t, unsigned *low, unsigned *high)
{
    struct timeline_bin all;
    timeline_sum(t, 0, t->n, &all);
    *low = TIMELINE_LEVELS;
    for (unsigned i = 0; i < TIMELINE_LEVELS; i++)
        if (all.levels[i]) {
            *low = i < *low ? i : *low;
            *high = i;
        }
    return *low < TIMELINE_LEVELS;
}

// By its logarithm: one answer among thousands shows.
static unsigned shade_of(uint64_t n, uint64_t most)
{
    double share = log1p((double)n) / log1p((double)most);
    unsigned shade = (unsigned)(share * INK_HEATS);
    return shade < INK_HEATS ? shade : INK_HEATS - 1;
}

// Levels [low, high] in the rows of a box, the fastest at the bottom.
struct heat {
    unsigned low, high, rows;
};

static uint64_t count_of(const struct timeline_bin *bin, const struct heat *h, unsigned row)
{
    unsigned levels = h->high - h->low + 1;
    unsigned from = h->low + row * levels / h->rows, to = h->low + (row + 1) * levels / h->rows;
    uint64_t sum = 0;
    for (unsigned i = from; i < to; i++)
        sum += bin->levels[i];
    return sum;
}

static void put_column(struct canvas *c, struct box box, unsigned column, const struct heat *h,
                       const struct timeline_bin *bin)
{
    uint64_t most = 0;
    for (unsigned r = 0; r < h->rows; r++)
        most = count_of(bin, h, r) > most ? count_of(bin, h, r) : most;
    for (unsigned r = 0; r < h->rows; r++) {
        uint64_t n = count_of(bin, h, r);
        unsigned shade = n ? shade_of(n, most) : 0;
        if (n)
            canvas_put(c, box.row + box.rows - 1 - r, box.column + CHART_GUTTER + column,
                       (enum ink)(INK_HEAT + shade), shades[shade]);
    }
}

void chart_heat(struct canvas *c, struct box box, const char *title, const struct timeline *t)
{
    struct heat h = {.rows = box.rows > 1 ? box.rows - 1 : 0};
    char text[UNITS_TEXT];
    unsigned bins = chart_bins(box, t);
    canvas_fit(c, (struct canvas_span){box.row, box.column, box.column + box.columns}, INK_DIM, title);
    if (!h.rows || !levels_of(t, &h.low, &h.high))
        return;
    if (h.high - h.low + 1 < h.rows) // as high as a level at least
        h.high = h.low + h.rows - 1 < TIMELINE_LEVELS ? h.low + h.rows - 1 : TIMELINE_LEVELS - 1;
    h.rows = h.high - h.low + 1 < h.rows ? h.high - h.low + 1 : h.rows;
    canvas_print(c, box.row + box.rows - h.rows, box.column, INK_DIM, "%*s", CHART_GUTTER - 1,
                 units_duration(timeline_edge(h.high), text));
    canvas_print(c, box.row + box.rows - 1, box.column, INK_DIM, "%*s", CHART_GUTTER - 1,
                 units_duration(timeline_edge(h.low), text));
    for (unsigned i = 0; i * bins + 1 < t->n && i < chart_columns(box); i++) {
        struct timeline_bin sum;
        timeline_sum(t, i * bins, bins, &sum);
        put_column(c, box, i, &h, &sum);
    }
}

// --- on a scale ---

unsigned chart_place(const struct chart_scale *s, double value)
{
    double share = s->high > s->low ? (value - s->low) / (s->high - s->low) : 0.5;
    return s->column + (unsigned)lround(fmin(1, fmax(0, share)) * (s->columns - 1));
}

void chart_mark(struct canvas *c, unsigned row, const struct chart_scale *s, struct chart_dot dot)
{
    canvas_put(c, row, chart_place(s, dot.value), dot.ink, dot.mark);
}

void chart_range(struct canvas *c, unsigned row, const struct chart_scale *s, enum ink ink,
                 const double of[3])
{
    unsigned from = chart_place(s, of[0]), to = chart_place(s, of[2]);
    for (unsigned i = from; i <= to; i++)
        canvas_put(c, row, i, ink, i == from ? "├" : i == to ? "┤" : "─");
    chart_mark(c, row, s, (struct chart_dot){of[1], ink, "•"});
}
