// SPDX-License-Identifier: MIT
// Every counter of a run, each named once: what a worker counts is what a summary tells. Counts only; no
// latency, no meaning. A new counter is one field here.
#pragma once

#include <stdint.h>

struct counts { // nothing but uint64_t: counts_add goes by that
    uint64_t sent, ok, errors;
    uint64_t errors_ns;  // time from leaving to the answer, of all error replies
    uint64_t unexpected; // of the errors: replies of another kind than the command's
    uint64_t unsent;     // due, and never sent
    uint64_t abandoned;  // sent, and never answered, for whatever reason:
    uint64_t lost;       // of these, on a connection that broke
    uint64_t timeouts;   // of these, for longer than --timeout
    uint64_t retries;    // requests sent once more (--retry)
    uint64_t breaks;     // connections that broke and were dialled again
    uint64_t reconnects; // of them, those that stood again
    uint64_t hits, misses;
    uint64_t checked,
        unchecked; // of --verify: values that said whose they are; that did not, and were nobody's
    uint64_t corrupted, truncated, stale, wrong_key,
        crossed;                         // of the errors: values that were wrong, and how
    uint64_t replica_values,             // of those checked: values that replicas answered;
        replica_stale;                   // of them, those that were replaced by then, which is no error
    uint64_t moved, asked;               // redirections by a cluster's nodes: MOVED and ASK
    uint64_t down;                       // of the errors: CLUSTERDOWN
    uint64_t pushes;                     // RESP3 messages that answer nothing
    uint64_t invalidations, invalidated; // of them, those of CLIENT TRACKING; keys that they named
    uint64_t attributes;                 // RESP3 attributes before answers
    uint64_t connects;                   // connections opened in the measured window (-k 0)
    uint64_t bytes_received;
};

void counts_add(struct counts *c, const struct counts *more);

// Requests that had to be sent: in the closed loop those that were.
static inline uint64_t counts_due(const struct counts *c)
{
    return c->sent + c->unsent;
}

static inline uint64_t counts_answered(const struct counts *c)
{
    return c->ok + c->errors;
}

// Requests that left, those that left again among them.
static inline uint64_t counts_attempts(const struct counts *c)
{
    return c->sent + c->retries;
}

// How many requests each one that was due has become.
static inline double counts_amplification(const struct counts *c)
{
    return counts_due(c) ? (double)counts_attempts(c) / (double)counts_due(c) : 0;
}

static inline uint64_t counts_wrong_values(const struct counts *c)
{
    return c->corrupted + c->truncated + c->stale + c->wrong_key + c->crossed;
}

// Due and not answered, sent or not, whatever became of them.
static inline uint64_t counts_unanswered(const struct counts *c)
{
    return c->abandoned + c->unsent;
}

// Of these, the ones that were still waited for at the end, or not even sent by then.
static inline uint64_t counts_unfinished(const struct counts *c)
{
    return counts_unanswered(c) - c->lost - c->timeouts;
}
