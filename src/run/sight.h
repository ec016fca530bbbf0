// SPDX-License-Identifier: MIT
// What one worker shows of itself beside its rows, where somebody looks closely: what came of each command
// and each node. Taken when a row ends, under the lock of the rows; costs nothing per request.
#pragma once

#include "run/worker.h"
#include "stats/glance.h"

struct sight_part {
    uint64_t ok, errors;
    struct hist_mark *mark;
    struct buf cells; // of latencies that nobody has taken yet
    char name[NODE_ADDR];
};

struct sight {
    uint64_t spun_ns; // awake only to be in time
    struct tally tally;
    unsigned ncommands, nnodes;
    struct sight_part commands[GLANCE_COMMANDS], nodes[GLANCE_NODES];
};

struct sight *sight_new(void); // NULL without memory
void sight_free(struct sight *s);
void sight_reset(struct sight *s); // another phase

// What the worker has recorded until now. Where memory is short, latencies are missing from the view.
void sight_take(struct sight *s, const struct worker *w);
