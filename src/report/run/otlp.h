// SPDX-License-Identifier: MIT
// A run as OpenTelemetry metrics: one ExportMetricsServiceRequest in OTLP/JSON, as a collector takes it by
// HTTP or from a file.
#pragma once

#include "stats/facts.h"

#include <stddef.h>
#include <stdio.h>

// 0, or -1 with err.
int otlp_write(FILE *out, const struct run_facts *f, const struct summary *tests, size_t n, struct err *err);
