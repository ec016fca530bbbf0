// SPDX-License-Identifier: MIT
// Charts of characters: bars and points over time, a heat map, a range on a scale. Draw into a box of a
// canvas; know neither terminal nor clock.
#pragma once

#include "stats/timeline.h"
#include "view/canvas.h"

#include <stdint.h>

#define CHART_GUTTER 9 // columns on the left, for the scale
#define CHART_POINTS 512

// A value for each column, from the left.
struct chart {
    const char *title;
    bool log;                                 // the scale of values
    unsigned n;                               // at most CHART_POINTS
    const double *of;                         // < 0: none there
    const double *second;                     // of another line above it, or NULL
    char *(*say)(double value, char dst[32]); // a label of the scale
};

// Bars from the bottom up; or points, of one line or two.
void chart_bars(struct canvas *c, struct box box, const struct chart *chart);
void chart_points(struct canvas *c, struct box box, const struct chart *chart);

// Latency over time: how many answers of each column's time took how long, from few to many.
void chart_heat(struct canvas *c, struct box box, const char *title, const struct timeline *t);

// How many columns a box has for values, and how many bins of a time line stand in each then.
unsigned chart_columns(struct box box);
unsigned chart_bins(struct box box, const struct timeline *t);

// Where a value stands between two, in `columns` columns.
struct chart_scale {
    double low, high;
    unsigned column, columns;
};
unsigned chart_place(const struct chart_scale *s, double value);

// An interval with its middle, "├──•──┤", and a mark alone.
void chart_range(struct canvas *c, unsigned row, const struct chart_scale *s, enum ink ink,
                 const double of[3]);

struct chart_dot {
    double value;
    enum ink ink;
    const char *mark;
};
void chart_mark(struct canvas *c, unsigned row, const struct chart_scale *s, struct chart_dot dot);
