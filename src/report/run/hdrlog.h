// SPDX-License-Identifier: MIT
// A test for the readers and plotters of HdrHistogram.
#pragma once

#include "stats/summary.h"

#include <stdio.h>

// Interval histograms of a test for HdrHistogram's log readers (format 1.3), tagged with the test's name.
// started_unix_ms: of the whole file.
void hdrlog_head(FILE *out, int64_t started_unix_ms);
void hdrlog_intervals(FILE *out, const struct summary *s);

// The percentile distribution of a test, in us, as HdrHistogram's plotters read it.
void hdrlog_percentiles(FILE *out, const struct summary *s);
