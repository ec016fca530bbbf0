// SPDX-License-Identifier: MIT
// What a worker remembers of the requests under way with --verify: their keys, and what they may find. Checks
// nothing: verify.h does.
#pragma once

#include "base/buf.h"
#include "load/versions.h"
#include "run/plan.h"

// What is known of a request when it leaves.
struct notes_one {
    enum check check;
    unsigned name; // of the plan's
    uint64_t number;
    struct version_read may;
    uint64_t replaces;
    uint32_t reads; // CHECK_READS: how many keys, which lie apart
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

struct notes {
    struct version_key **keys; // by name of the plan's: shared by all workers
    struct notes_client *clients;
    unsigned n, most; // clients; keys that a command reads at most, where that is several
    uint32_t ring;    // notes in a client's ring, less one
    uint32_t writer;
    uint32_t owner; // of the first client
};

// The keys of all names, for all workers: an array as long as the plan has names. NULL without memory.
struct version_key **notes_keys(const struct plan *p);
void notes_keys_free(struct version_key **keys, const struct plan *p);

// For a worker of so many clients. 0 or -ENOMEM; notes_close in any case.
int notes_open(struct notes **out, const struct plan *p, struct version_key **keys, unsigned part,
               unsigned clients);
void notes_close(struct notes *v);
