// SPDX-License-Identifier: MIT
// What is compared, and how large a difference matters. Measures nothing.
#pragma once

#include <stdbool.h>

enum comparison_metric {
    COMPARISON_THROUGHPUT,
    COMPARISON_P50,
    COMPARISON_P99,
    COMPARISON_P999,
    COMPARISON_CAPACITY, // where a promise about latencies is to hold: then it is the only one
    COMPARISON_METRICS,
};

extern const struct comparison_metric_name {
    const char *text, *key; // "p99.9", "p99_9"
    bool more_is_better;
    double margin; // that matters in practice, by default
} comparison_metrics[COMPARISON_METRICS];
