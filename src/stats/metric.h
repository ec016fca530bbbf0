// SPDX-License-Identifier: MIT
// The figures of a result that have a name for users, as in get.p99 or errors: those that assertions judge
// and that a history follows. Plain values; never prints.
#pragma once

#include "base/slice.h"
#include "base/units.h"
#include "stats/summary.h"

enum metric {
    METRIC_RPS,
    METRIC_MEAN,
    METRIC_MIN,
    METRIC_MAX,
    METRIC_P50, // and the others, in the order of quantile_names
    METRIC_P9999 = METRIC_P50 + QUANTILES - 1,
    METRIC_ERRORS,
    METRIC_UNFINISHED,
    METRIC_HITS,
    METRIC_KEPT,
    METRIC_CPU_US,
    METRIC_CAPACITY, // of a search for it; no plain run has one
    // Of messages to consumers, from due to delivery
    METRIC_DELIVERY_P50,
    METRIC_DELIVERY_P99,
    METRIC_DELIVERY_P999,
    METRIC_DELIVERY_MAX,
    METRIC_LOST_MESSAGES,
    // Of values that replicas answered, with --verify
    METRIC_STALENESS_P50,
    METRIC_STALENESS_P99,
    METRIC_STALENESS_MAX,
    METRIC_STALE_READS,
    METRICS
};

enum metric_kind {
    METRIC_RATE,  // a second
    METRIC_TIME,  // ns
    METRIC_COUNT, // a whole number
    METRIC_SHARE, // 0 to 1
    METRIC_COST,  // us
};

const char *metric_name(enum metric m); // "p99.9"
enum metric_kind metric_kind(enum metric m);
const char *metric_unit(enum metric m); // "ns", in documents

bool metric_more_is_better(enum metric m);

struct figure {
    bool known; // false: this test has no such figure, and value is 0
    double value;
    bool at_least; // the true one may be greater, and is not less
};

struct figure metric_figure(enum metric m, const struct summary *s);

// What METRIC or TEST.METRIC asks for; the test is empty where all are meant. False where it is neither.
struct metric_path {
    struct slice test;
    enum metric metric;
};
bool metric_parse(struct slice text, struct metric_path *out);
bool metric_is_of(const struct metric_path *path, const char *test);

// The value in the unit of its kind: "250,000 req/s", "1.25ms", "99.50 %". At most UNITS_TEXT bytes; answers
// dst.
char *metric_text(enum metric m, double value, char dst[UNITS_TEXT]);

// The names with commas between them, for a sentence.
#define METRIC_NAMES                                                                                         \
    "rps, mean, min, max, p50, p90, p95, p99, p99.9, p99.99, errors, unfinished, hits, kept, cpu_us, "       \
    "capacity, delivery_p50, delivery_p99, delivery_p99.9, delivery_max, lost_messages, "                    \
    "staleness_p50, staleness_p99, staleness_max or stale_reads"
