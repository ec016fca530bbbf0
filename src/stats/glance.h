// SPDX-License-Identifier: MIT
// A test while it goes on, as far as its workers have told: what a live view and live metrics show. Plain
// values, of rows that have ended; it is no result.
#pragma once

#include "stats/findings.h"
#include "stats/node_share.h"
#include "stats/tally.h"
#include "stats/timeline.h"

#define GLANCE_COMMANDS 32
#define GLANCE_NODES 64

// One command of a mix, or one node of a cluster.
struct glance_part {
    char name[NODE_ADDR];
    uint64_t ok, errors;
    struct hist *latency; // of ok answers
};

struct glance {
    const char *test, *title, *target;
    const char *phase;      // "measuring"
    bool measuring, counts; // of the measured window; or of the warm-up: else the figures below are empty
    double rate;            // offered; 0: closed loop
    unsigned clients, pipeline, threads;
    uint64_t elapsed_ns;
    double done;             // of the phase, 0 to 1; < 0 where it has no end
    double rps, mean_rps;    // answered a second: over the last one, and since the phase began
    uint64_t p50_ns, p99_ns; // of the last second; 0: unknown
    uint64_t ok, errors;     // so far
    struct timeline line;
    double client_busy; // share of the last second that the busiest client thread worked; < 0: unknown
    double server_busy; // the same of the server's, where it runs on this machine
    struct tally tally;
    unsigned ncommands, nnodes; // 0: there is one
    struct glance_part *commands, *nodes;
};

// What seems to limit the test at this moment, and why.
void glance_bottleneck(const struct glance *g, struct verdict *out);
