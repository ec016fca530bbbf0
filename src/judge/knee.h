// SPDX-License-Identifier: MIT
// The load from which latency climbs: the largest rate whose p99 is at most KNEE_FACTOR times that at the
// lowest rate. Points that did not get their load through are no latencies at that load and count for
// neither.
// Source: a rule of this program's own, because a ready-made one, Kneedle (Satopaa, Albrecht, Irwin and
// Raghavan 2011), depends on how far the sweep went.
#pragma once

#include <stdbool.h>

#define KNEE_FACTOR 2
#define KNEE_ACHIEVED 0.99 // of the offered rate, from which a point counts

struct knee_point {
    double offered, achieved; // requests a second
    double p99_ns;
};

struct knee {
    unsigned at; // index of the knee's point
    bool open;   // no point above it, counted or not: the knee is at this load or further on
    bool ragged; // a point below it breaks the rule: noise, or a knee that is lower; measure those again
};

// Points in any order. 0, or -ENODATA when no point counts, -EINVAL when a number is not finite (or beyond
// 1e100), an offered rate or a p99 is not above 0, or an achieved rate is below.
int knee_find(const struct knee_point *points, unsigned n, struct knee *knee);
