// SPDX-License-Identifier: MIT
// What panels have in common: the lines around them, and the charts of a test, which stand alone or beside
// something else.
#pragma once

#include "view/panel.h"

// The first line: what is measured, and how far it is. Of an experiment, with its words in front.
void parts_title(const struct panel *p, const struct glance *g);

// The last line: which keys there are.
void parts_keys(const struct panel *p);

// Rate, latency and heat map over time, one above the other.
void parts_charts(const struct panel *p, struct box box, const struct glance *g);

// "12,345 req/s (mean 12,001), p50 80.1µs, p99 211µs, 0 errors", and the bottleneck below.
void parts_figures(const struct panel *p, unsigned row, const struct glance *g);

// A label of a scale.
char *parts_rate(double value, char dst[32]);
char *parts_latency(double value, char dst[32]);
