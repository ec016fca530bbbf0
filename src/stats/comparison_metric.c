// SPDX-License-Identifier: MIT
#include "stats/comparison_metric.h"

const struct comparison_metric_name comparison_metrics[COMPARISON_METRICS] = {
    [COMPARISON_THROUGHPUT] = {"throughput", "throughput", true, 0.01},
    [COMPARISON_P50] = {"p50", "p50", false, 0.03},
    [COMPARISON_P99] = {"p99", "p99", false, 0.05},
    [COMPARISON_P999] = {"p99.9", "p99_9", false, 0.10},
    [COMPARISON_CAPACITY] = {"capacity", "capacity", true, 0.03},
};
