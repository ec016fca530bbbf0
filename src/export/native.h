// SPDX-License-Identifier: MIT
// The same metrics in Prometheus' protobuf format (io.prometheus.client.MetricFamily, each behind its
// length), in which latencies are native histograms: a bucket for every 2.2 %. Only writes bytes.
#pragma once

#include "base/buf.h"
#include "report/run/prometheus.h"

// Appends all of them. 0 or -ENOMEM.
int native_write(struct buf *out, const struct prometheus_test *tests, size_t n);
