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
};

struct peers peers_find(void);

// What a watcher waits for with peers, and how a test ends with them: ready and joined of struct watcher.
int peers_ready(void *ctx, struct stopper *stop, struct err *err);
int peers_joined(void *ctx, struct summary *s, struct stopper *stop, struct err *err);

// The time by which all decide: the leader's, as of the last test. False without peers.
bool peers_time(uint64_t *ns);
