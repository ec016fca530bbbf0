// SPDX-License-Identifier: MIT
// Where the workers of a run wait for each other, until all have come or the gate is broken.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t turned;
    unsigned members, waiting, round;
    uint64_t turned_ns; // when the last round ended
    atomic_bool broken; // nobody passes any more
};

int gate_init(struct gate *g, unsigned members); // 0 or -errno
void gate_reset(struct gate *g);

// Waits until all members wait here, and tells all of them the same time, that at which the last one came.
// False when the gate is or gets broken.
bool gate_pass(struct gate *g, uint64_t *at_ns);

// Lets everybody go, with false, now and from now on.
void gate_break(struct gate *g);

static inline bool gate_broken(const struct gate *g)
{
    return atomic_load_explicit(&g->broken, memory_order_relaxed);
}
