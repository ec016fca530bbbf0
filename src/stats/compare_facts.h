// SPDX-License-Identifier: MIT
// What a comparison as a whole was, and what every format of its report has. Only data.
#pragma once

#include "stats/comparison.h"
#include "stats/facts.h"
#include "stats/fingerprint.h"

// A kept result in the first target's place.
struct compare_baseline {
    const char *path;
    int64_t run;
    const char *started;            // as in the JSON
    struct fingerprint fingerprint; // in what it differs from now
};

struct compare_facts {
    unsigned targets;
    const struct compare_baseline *baseline; // NULL: all were measured now
    struct {
        const char *name, *where; // "redis", "127.0.0.1:6379"
        const char *server, *version;
        const char *engine, *wait; // as of a run; NULL: a kept result, or nothing was measured
        bool tls;                  // spoken to by TLS
        unsigned primaries;        // of a cluster; 0: one server
        double memory_per_key;     // bytes; 0 where unknown
    } each[COMPARISON_TARGETS_MAX];
    unsigned blocks;
    uint64_t seed;
    bool aa;
    const char *fresh, *restart; // the commands; NULL: no restart
    const struct run_facts *run; // the command line, the machine, how it ended
};
