// SPDX-License-Identifier: MIT
// Puts together what the workers of a test show while it goes on, for whoever looks closely. Sees only rows
// that have ended, under their locks; slows no request down.
#pragma once

#include "base/process.h"
#include "run/worker.h"
#include "stats/progress.h"

struct glancer_mark;

struct glancer {
    struct glance glance;
    enum phase phase;           // that it is of
    unsigned n;                 // workers
    unsigned nodes;             // for which there is room
    struct glancer_mark *marks; // how much of each has been taken
    uint64_t looked_ns;         // when shares of a second were last worked out
    int64_t server_pid;         // 0: it does not run here
    struct process server[2];   // as of that, and now
};

// Before the plan's workers start. server_pid: of a server that runs on this machine; 0: none. 0, or -1 with
// err; glancer_free either way, once they have ended.
int glancer_new(struct glancer **out, const struct plan *p, struct worker *workers, int64_t server_pid,
                struct err *err);
void glancer_free(struct glancer *g, struct worker *workers); // NULL: nothing

// What is known by now; p tells the rest.
const struct glance *glancer_look(struct glancer *g, struct worker *workers, const struct progress *p);
