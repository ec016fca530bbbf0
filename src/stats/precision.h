// SPDX-License-Identifier: MIT
// When a run may end because a quantile is known precisely enough. Whoever looks at every moment sees a lucky
// one sooner or later: looks are rare, a single one does not do, and the interval must rest on many bunches.
// Knows no clock: who asks says how long the run has lasted.
#pragma once

#include "stats/quantile.h"

struct precision {
    double error;      // wanted: 0.05 is 5 % to each side
    uint64_t next_ns;  // how long the run must have lasted before the next look
    unsigned in_a_row; // looks that found it precise, without one between that did not
};

// Whether it is time to look. 1 s between looks, or 5 % of the run: what a look costs grows with the run.
bool precision_due(const struct precision *p, uint64_t lasted_ns);

// What a look found. True when the run may end.
bool precision_look(struct precision *p, const struct quantile *x, uint64_t lasted_ns);
