// SPDX-License-Identifier: MIT
// Which version of a key may still be read: what writes that were answered have replaced may not. Shared by
// all workers, each key with a lock of its own. Knows no values and no clock.
//
// Where writes of several connections to one key are under way at once, nobody knows in which order the
// server takes them: it is never said of a version that it is replaced unless it is sure. On one connection
// the order is known.
#pragma once

#include "load/moments.h"

#include <stdatomic.h>

struct version_key {
    uint64_t sent;     // the newest version: they count from 1
    uint64_t floor;    // none below it may be read any more
    uint64_t low;      // all below it had been answered when the oldest write under way left
    uint32_t open;     // writes under way
    uint32_t owner;    // the connection that all of them left by, or VERSIONS_MANY
    atomic_flag taken; // the lock
};

#define VERSIONS_MANY UINT32_MAX

// A write that leaves. Of one whose connection is not known yet the owner is VERSIONS_MANY: nothing is said
// of its order. The same of reads.
struct version_write {
    uint64_t version;
    uint64_t replaces; // once it was done, all below this
};

struct version_write versions_write(struct version_key *k, uint32_t owner);
void versions_wrote(struct version_key *k, uint64_t replaces, bool done); // it was answered
// The same of one that was done, at_ns, in the moments of its key.
void versions_done(struct version_key *k, struct moments *m, uint64_t replaces, uint64_t at_ns);
void versions_lost(struct version_key *k); // it never will be: the server may do it at any time
// It leaves once more, by another connection: the server may do it at any time, and will answer once.
void versions_again(struct version_key *k);

// A read that leaves.
struct version_read {
    uint64_t floor; // it must not find less
    uint64_t upto;  // nor less than what writes before it on its connection, none above this, come to
};

struct version_read versions_read(struct version_key *k, uint32_t owner);

// What it may find at the least, now that it is answered.
uint64_t versions_least(struct version_key *k, struct version_read r);

// Since when the version, which is below the floor that a read had, was replaced.
struct moments_since versions_since(struct version_key *k, const struct moments *m, uint64_t version);
