// SPDX-License-Identifier: MIT
// Which key comes next: uniform over a range, or counting up. One per worker; no clock, no global generator.
#pragma once

#include "base/rng.h"

#include <stdbool.h>

#define KEYDIST_NAMES 10 // placeholder kinds: __rand_int__ is 0, __rand_1st__ .. __rand_9th__ are 1 to 9

struct keydist {
    uint64_t range;               // keys are in [0, range), range > 0
    bool sequential;              // each kind counts up on its own, as valkey-benchmark's --sequential
    struct rng rng;               // uniform
    uint64_t next[KEYDIST_NAMES]; // sequential: the next of each kind, below range
    uint64_t step[KEYDIST_NAMES]; // sequential: how far apart, below range
};

// Worker `part` of `parts` draws from its own stream of the seed. A sequential one takes every parts-th key,
// from key `part` on, so that the workers together visit each key once a round.
struct keydist keydist_init(uint64_t range, bool sequential, uint64_t seed, unsigned part, unsigned parts);

// Sequential: kind k's numbers start at `first` and rise by one (a worker that owns a run of them).
void keydist_run(struct keydist *k, unsigned kind, uint64_t first);

// Sequential: all numbers go on from so much further on.
void keydist_shift(struct keydist *k, uint64_t by);

static inline uint64_t keydist_next(struct keydist *k, unsigned kind)
{
    if (!k->sequential)
        return rng_below(&k->rng, k->range);
    uint64_t key = k->next[kind];
    uint64_t after = key + k->step[kind];
    k->next[kind] = after < k->range ? after : after - k->range;
    return key;
}
