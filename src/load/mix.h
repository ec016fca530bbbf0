// SPDX-License-Identifier: MIT
// Requests of several kinds in one load, each drawn by its weight. Knows no command by name.
#pragma once

#include "load/template.h"

#define MIX_MAX 32

struct mix {
    unsigned n;
    uint64_t upto[MIX_MAX]; // weights of this kind and of those before it
    const struct template *request[MIX_MAX];
};

// What one worker draws them from: a stream of their own, and for each kind what its requests are made of.
struct mixer {
    struct rng rng;
    struct draw draws[MIX_MAX];
    uint8_t *drawn; // the kinds of the last write
};

static inline unsigned mix_pick(const struct mix *m, struct rng *rng)
{
    uint64_t at = rng_below(rng, m->upto[m->n - 1]);
    unsigned kind = 0;
    while (at >= m->upto[kind])
        kind++;
    return kind;
}
