// SPDX-License-Identifier: MIT
// Requests of several kinds in one load, each drawn by its weight, or in turn. Knows no command by name.
#pragma once

#include "load/template.h"

#define MIX_MAX 32

struct mix {
    unsigned n;
    uint64_t upto[MIX_MAX]; // weights of this kind and of those before it
    bool in_turn;           // as many of each as it weighs, instead of at random
    bool chained;           // some follow others:
    uint8_t next[MIX_MAX];  // what comes right behind it on its connection, counted from 1; 0: any
    const struct template *request[MIX_MAX];
};

// What one worker draws them from: a stream of their own, and for each kind what its requests are made of.
struct mixer {
    struct rng rng;
    struct draw draws[MIX_MAX];
    uint8_t *drawn; // the kinds of the last write
};

// i: which request of its write it is.
static inline unsigned mix_pick(const struct mix *m, struct rng *rng, uint32_t i)
{
    uint64_t all = m->upto[m->n - 1], at = m->in_turn ? i % all : rng_below(rng, all);
    unsigned kind = 0;
    while (at >= m->upto[kind])
        kind++;
    return kind;
}
