// SPDX-License-Identifier: MIT
// A run as metrics in Prometheus' text format, for the textfile collector of its node exporter or a push
// gateway.
#pragma once

#include "stats/facts.h"

#include <stddef.h>
#include <stdio.h>

// Counters and histograms are those of the finished tests, exact: the counts are the operations that were
// done.
void prometheus_write(FILE *out, const struct run_facts *f, const struct summary *tests, size_t n);
