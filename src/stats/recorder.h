// SPDX-License-Identifier: MIT
// What one worker writes down while it runs: histograms and counters of its own. No locks, and no heap after
// recorder_init.
#pragma once

#include "stats/counts.h"
#include "stats/hist.h"
#include "stats/tally.h"

#define RECORDER_COARSE_DIGITS 2         // of the histograms that nobody reads to three digits
#define RECORDER_UNEXPECTED "UNEXPECTED" // what such replies are tallied as, and wrong values:
#define RECORDER_CORRUPTED "CORRUPTED"
#define RECORDER_TRUNCATED "TRUNCATED"
#define RECORDER_STALE "STALE"
#define RECORDER_WRONG_KEY "WRONGKEY"
#define RECORDER_CROSSED "CROSSED"

struct recorder {
    struct hist *latency;    // of ok replies: what the user felt
    struct hist *unfinished; // requests without an answer, at the least that they can have taken
    // The open loop alone, else NULL. A request is due, leaves, is answered:
    struct hist *service; // from leaving to the answer
    struct hist *wait;    // of the time from due to leaving, that in which no connection was free
    struct hist *lag;     // and the rest of it: the client's own fault
    struct counts counts;
    struct tally tally;
};

int recorder_init(struct recorder *r, int digits, bool open); // 0 or -ENOMEM
void recorder_reset(struct recorder *r);                      // back to nothing recorded
void recorder_free(struct recorder *r);
void recorder_merge(struct recorder *r, const struct recorder *from); // of the same digits and loop

// n ok replies that took ns each.
static inline void recorder_ok(struct recorder *r, uint64_t ns, uint64_t n)
{
    r->counts.ok += n;
    hist_record(r->latency, ns, n);
}

// An error reply that took ns.
static inline void recorder_error(struct recorder *r, uint64_t ns, struct slice text)
{
    r->counts.errors++;
    r->counts.errors_ns += ns;
    tally_add(&r->tally, text);
}

// n requests without an answer, ns after they were due.
static inline void recorder_unfinished(struct recorder *r, uint64_t ns, uint64_t n)
{
    hist_record(r->unfinished, ns, n);
}
