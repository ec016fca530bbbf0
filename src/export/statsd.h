// SPDX-License-Identifier: MIT
// The same metrics pushed as statsd datagrams: counters as what has come since the last ones, so that their
// sum is the operations; rates and quantiles as gauges. A datagram may be lost, and nobody hears of it.
#pragma once

#include "export/metrics.h"
#include "export/where.h"

struct statsd {
    int fd;                   // -1: closed
    struct statsd_sent *sent; // of each test, in the order of the metrics
    size_t n;
};

// 0, or -1 with err.
int statsd_open(struct statsd *s, const struct where *to, struct err *err);
void statsd_close(struct statsd *s);

// Sends what has come since the last time.
void statsd_push(struct statsd *s, struct metrics *m);
