// SPDX-License-Identifier: MIT
// What one worker writes down while it runs: a histogram and counters of its own. No locks, and no heap after
// recorder_init.
#pragma once

#include "stats/hist.h"
#include "stats/tally.h"

struct recorder {
    struct hist *latency; // of ok replies
    uint64_t sent, ok, errors;
    uint64_t hits, misses;
    uint64_t pushes;
    uint64_t lost, connects; // connections
    uint64_t bytes_received;
    struct tally tally;
};

int recorder_init(struct recorder *r, int digits); // 0 or -ENOMEM
void recorder_reset(struct recorder *r);           // back to nothing recorded
void recorder_free(struct recorder *r);
void recorder_merge(struct recorder *r, const struct recorder *from);

// n ok replies that took ns each.
static inline void recorder_ok(struct recorder *r, uint64_t ns, uint64_t n)
{
    r->ok += n;
    hist_record(r->latency, ns, n);
}

static inline void recorder_error(struct recorder *r, struct slice text)
{
    r->errors++;
    tally_add(&r->tally, text);
}
