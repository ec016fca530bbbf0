// SPDX-License-Identifier: MIT
// A run as metrics in Prometheus' text format: at its end, for the textfile collector of its node exporter or
// a push gateway, and while it goes on, for whoever scrapes.
#pragma once

#include "stats/facts.h"
#include "stats/summary.h"

#include <stddef.h>
#include <stdio.h>

// One test as metrics have it.
struct prometheus_test {
    const char *test, *target; // target: NULL where there is one for all
    uint64_t ok, errors, unanswered;
    double wall_s, rps;
    const struct hist *latency; // of ok answers, or NULL
    uint64_t quantile_ns[QUANTILES];
};

// Counters and histograms are those of the finished tests, exact: the counts are the operations that were
// done.
void prometheus_write(FILE *out, const struct run_facts *f, const struct summary *tests, size_t n);

// The parts of it: what measured what, how it ended, and the tests.
void prometheus_info(FILE *out, const struct run_facts *f);
void prometheus_ended(FILE *out, const struct run_facts *f);
void prometheus_tests(FILE *out, const struct prometheus_test *tests, size_t n);
