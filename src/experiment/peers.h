// SPDX-License-Identifier: MIT
// Other processes that make a share of the same load at the same time, behind one launcher (hkv-bench-mpi):
// all begin a test together, and each has the result of the whole at its end. Whatever is decided from that,
// all decide alike. Process-wide: there is one launcher or none.
#pragma once

#include "run/run.h"
#include "stats/part.h"

struct peers {
    bool any;
    unsigned rank, ranks; // of all; rank 0 leads and reports
    unsigned part, parts; // of those that do the same: make the load, or only measure
    bool measures;        // it is one of the latter
    bool live;            // somebody looks at a live line
};

struct peers peers_find(void);

// The last `measuring` ranks make little load, and measure. Fewer than all.
void peers_split(unsigned measuring);

// What a watcher waits for with peers, and how a test ends with them: ready and joined of struct watcher.
int peers_ready(void *ctx, struct stopper *stop, uint64_t *at_ns, struct err *err);
int peers_joined(void *ctx, struct summary *s, struct stopper *stop, struct err *err);

// A test could not be held here, while the others may: this rank takes part in nothing more. 0, or -1 with
// err where that is so.
void peers_leave(void);
int peers_check(struct err *err);

// What is done once for all, rank 0 does (so does a process without peers), and all wait for it here. failed:
// what went wrong there, if anything; then all fail with it. 0, or -1 with err.
bool peers_lead(void);
int peers_meet(const struct err *failed, struct stopper *stop, struct err *err);

// The time by which all decide: rank 0's, as of the last test or meeting; without peers the clock's.
uint64_t peers_clock(void);

// The live line: other ranks tell of theirs, rank 0 adds to its own what they told.
void peers_tell_live(void *ctx, const struct progress *p);
void peers_add_live(struct progress *p);
