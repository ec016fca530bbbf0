// SPDX-License-Identifier: MIT
// Faults on demand: what is planted here must come out of the client's report. Seeded, and counted. Decides
// only: the session and the server carry it out.
#pragma once

#include "base/rng.h"
#include "base/slice.h"

#include <stdbool.h>

// What becomes of a value that is read.
enum fault_value {
    FAULT_CORRUPT,  // one of its bits is another
    FAULT_STALE,    // it is what the key had before it was last written
    FAULT_SWAP,     // it is another key's, the one that the connection read before
    FAULT_TRUNCATE, // its end is missing
    FAULT_OTHER,    // it is another key's, that nobody has named of late
    FAULT_VALUES,   // none of these
};

// All zero: no faults.
struct fault_conf {
    uint64_t delay_ns;                 // each reply waits so long
    double capacity;                   // replies a second that the whole server gives at most; 0: no bound
    bool by_chance;                    // with a capacity: exponential service times, not all alike
    bool punctual;                     // with a capacity: a queue of known latencies, see faults_turn
    double slow_share;                 // of replies, 0 to 1, wait
    uint64_t slow_ns;                  // so long, beside the delay
    uint64_t stall_ns, stall_every_ns; // the whole server stands still so long, so often
    double error_share;                // of replies are errors
    const char *error_prefix;          // that begin with this
    uint64_t drop_after;               // replies, after which a connection is closed; 0: never
    uint64_t mute_after;               // replies, after which a connection gets no more; 0: never
    bool nagle;                        // no TCP_NODELAY, and one write for each reply
    bool slow_read;                    // little is read at a time, with pauses
    bool garbage;                      // replies are no RESP
    uint64_t key_update;               // TLS: both sides change their keys after so many replies; 0: never
    double value_shares[FAULT_VALUES]; // of the values that GET reads, 0 to 1, in all
    uint64_t seed;
};

struct faults {
    struct fault_conf conf;
    struct rng rng, service;                                         // shares; service times
    uint64_t delayed, slowed, stalls, errors, drops, mutes, garbage; // what was done
    uint64_t values[FAULT_VALUES];

    // With a capacity
    uint64_t held;     // replies that have not left yet
    uint64_t busy_ns;  // since when there has been a queue without a break
    double busy_turns; // given since then, in mean service times
    uint64_t free_ns;  // when the last of them is over
};

struct faults faults_init(const struct fault_conf *conf);

// Whether replies need a fate at all.
bool faults_any(const struct faults *f);

// When a request that came at now_ns has had its turn: each takes 1 / capacity, or so on average, one
// after the other: with random arrivals an M/D/1 or an M/M/1 queue. As long as one waits, turns are counted
// from when the queue began, so that lateness and rounding do not add up. A
// punctual queue goes by when its turns are over, not by when the replies have left.
uint64_t faults_turn(struct faults *f, uint64_t now_ns);

// What becomes of one reply.
struct fate {
    uint64_t wait_ns;
    bool error, garbage, mute, drop;
};

// Draws it, and counts it. replies: that the connection has had.
struct fate faults_draw(struct faults *f, uint64_t replies);

// What a value that is read meets. faults_changed counts it, where it made it another one; answers that.
enum fault_value faults_draw_value(struct faults *f);
bool faults_changed(struct faults *f, enum fault_value how, bool changed);

// Whether values meet anything.
bool faults_values(const struct fault_conf *c);
