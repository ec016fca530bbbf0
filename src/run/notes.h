// SPDX-License-Identifier: MIT
// What a worker remembers of the requests under way with --verify: their keys, and what they may find. Checks
// nothing: verify.h does.
#pragma once

#include "base/buf.h"
#include "load/versions.h"
#include "run/plan.h"
#include "stats/staleness.h"

// What is known of a request when it leaves.
struct notes_one {
    enum check check;
    unsigned name; // of the plan's
    uint64_t number;
    struct version_read may;
    uint64_t replaces;
    uint32_t reads; // CHECK_READS: how many keys, which lie apart
    bool replica;   // it went to one
};

struct notes_key {
    uint64_t number;
    struct version_read may;
};

struct notes_client {
    struct notes_one *notes; // a ring; those answered stay until they are overwritten
    struct notes_key *keys;  // `most` of each note, where commands read several
    uint32_t head, tail;
    uint32_t queued; // the last requests before head that wait for EXEC
    struct buf part; // of a reply that goes on
};

// The keys of all names, which all workers share: arrays by name of the plan's.
struct notes_keys {
    struct version_key **versions;
    struct moments **moments; // when they were replaced, where replicas are read; else NULL
};

struct notes {
    const struct notes_keys *keys;
    struct notes_client *clients;
    unsigned n, most; // clients; keys that a command reads at most, where that is several
    uint32_t ring;    // notes in a client's ring, less one
    uint32_t writer;
    uint32_t owner;         // of the first client
    struct staleness stale; // of what replicas answered
};

struct notes_keys *notes_keys(const struct plan *p); // NULL without memory
void notes_keys_free(struct notes_keys *keys, const struct plan *p);

// For a worker of so many clients. 0 or -ENOMEM; notes_close in any case.
int notes_open(struct notes **out, const struct plan *p, const struct notes_keys *keys, unsigned part,
               unsigned clients);
void notes_close(struct notes *v);
