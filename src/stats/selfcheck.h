// SPDX-License-Identifier: MIT
// Sums that must come out whatever the server did. Where one does not, the fault is ours.
#pragma once

#include "stats/summary.h"

struct selfcheck {
    bool consistent;
    char text[256];    // what does not add up, or ""
    bool little_known; // nothing was left unfinished, so that Little's law can be held against the run
    double
        little_error; // of requests outstanding on average: (weighed - throughput x service time) / weighed
};

// Little's law (J. Little, 1961): requests outstanding on average = answers a second x their service time.
// The left side is weighed at each change, apart from any latency.
void selfcheck_of(const struct summary *s, struct selfcheck *out);
