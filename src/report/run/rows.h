// SPDX-License-Identifier: MIT
// Walks over the intervals of a test as they are shown: those that workers wrote, put together to the length
// that was asked for. Never prints.
#pragma once

#include "stats/summary.h"

struct rows {
    const struct summary *s;
    const struct series *of; // the warm-up's, then the measured window's
    size_t next;
    struct hist *latency; // of the present row, or NULL without memory
    struct hist *lag;     // likewise; NULL in the closed loop
    struct series_row row;
    bool warm;
    uint64_t start_ns, length_ns; // from the start of the warm-up or of the window
};

void rows_begin(struct rows *r, const struct summary *s);
bool rows_next(struct rows *r);                     // false after the last
uint64_t rows_outage_ns(const struct rows *r);      // how much of the row lay in an outage of all
uint64_t rows_node_outage_ns(const struct rows *r); // or of a node of a cluster
void rows_end(struct rows *r);
