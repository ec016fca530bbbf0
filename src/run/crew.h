// SPDX-License-Identifier: MIT
// What the workers of a run have in common: where they wait for each other, and the few flags by which they
// are told to end. Counts and waits; measures nothing.
#pragma once

#include "run/gate.h"
#include "run/plan.h"
#include "stats/progress.h"

struct notes_keys;
struct replay;

#include <stdatomic.h>
#include <unistd.h>

struct crew {
    const struct plan *plan;
    struct notes_keys *versions; // of the plan's names; NULL: nothing is checked
    struct replay *replay;       // the trace that all send of; NULL: there is none
    struct gate gate;    // before each phase, so that all start together; broken when one cannot start
    bool awaits;         // the first phase that sends the load waits for whoever started the run:
    struct gate ready;   // its gate, with one member more; broken with the other
    uint64_t begin_ns;   // the moment that it then waits for; written before the gate opens
    atomic_uint arrived; // workers that are there
    atomic_uint ended;   // workers that have ended
    atomic_bool stop;    // the user ended the run: leave at once
    atomic_bool halt;    // a worker found that the test cannot go on: ask no more
    atomic_bool enough;  // the figures are as precise as was asked for: ask no more
    atomic_int phase;    // for the live line
    atomic_uint_fast64_t phase_ns;   // when it began
    int bell_fd;                     // eventfd: arrived, ended or map_doubted has changed
    atomic_bool map_doubted;         // a node said MOVED or is gone: the cluster should be asked anew
    atomic_uint maps_read;           // how often it was
    _Atomic(const struct map *) map; // the newest; NULL: one node
};

static inline void crew_ring(const struct crew *crew)
{
    uint64_t one = 1;
    if (write(crew->bell_fd, &one, sizeof one) < 0)
        BUG("an eventfd does not fill up");
}

static inline void crew_doubts_map(struct crew *crew)
{
    if (!atomic_exchange(&crew->map_doubted, true))
        crew_ring(crew);
}

// All that stands or walks up to a gate goes, and no phase begins any more.
static inline void crew_break(struct crew *crew)
{
    gate_break(&crew->gate);
    if (crew->awaits)
        gate_break(&crew->ready);
}

static inline bool crew_flag(const atomic_bool *flag)
{
    return atomic_load_explicit(flag, memory_order_relaxed);
}
