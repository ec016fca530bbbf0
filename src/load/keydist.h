// SPDX-License-Identifier: MIT
// Which key comes next, by the law that was asked for. One per worker; no clock, no global generator.
#pragma once

#include "base/rng.h"
#include "load/deal.h"
#include "load/keylaw.h"
#include "load/scramble.h"
#include "load/zipf.h"

#include <stdbool.h>

#define KEYDIST_NAMES 10 // placeholder kinds: __rand_int__ is 0, __rand_1st__ .. __rand_9th__ are 1 to 9

// The keys that one worker has added to the range, and how many of the last ones may not be there yet.
struct growth {
    uint64_t added, pending;
};

struct keydist {
    uint64_t range; // keys are in [0, range), range > 0
    bool uniform;
    struct rng rng;
    // Of the other laws
    enum keylaw_kind kind;
    struct zipf zipf;
    struct scramble scramble; // where ranks lie
    double mean, sd;          // in keys
    double all;               // exp: the share of an endless one that lies in the range
    uint64_t hot, hot_at;     // how many ranks are hot, and from which on
    double hot_share;         // of draws
    uint64_t shift_ns;        // how long they are
    struct deal deal;         // whose connections these are: seq-parallel, and of keys that are added
    struct growth *growth;    // another's; NULL: the range stays as it is
    double inserts;           // the share of draws that add a key
    uint64_t
        next[KEYDIST_NAMES]; // seq: the next of each kind, below range; seq-parallel: how many were drawn
    uint64_t step[KEYDIST_NAMES]; // seq: how far apart, below range
};

// Worker deal.part draws from its own stream of the seed. A sequential one takes every parts-th key, from key
// `part` on, so that the workers together visit each key once a round.
struct keydist keydist_init(uint64_t range, const struct keylaw *law, uint64_t seed, struct deal deal);

// seq: kind k's numbers start at `first` and rise by one (a worker that owns a run of them).
void keydist_run(struct keydist *k, unsigned kind, uint64_t first);

// seq, seq-parallel: all numbers go on from so much further on.
void keydist_shift(struct keydist *k, uint64_t by);

// So long after the start: moves the hot set where that is due. The same for all workers.
void keydist_at(struct keydist *k, uint64_t since_ns);

// The range grows: a share of draws adds a key, each another one, behind all that there are. Of the laws,
// uniform and latest go over the keys of the range and those that this worker has added, the others over
// those of the range alone. Several that share a growth draw what any of them has added.
void keydist_grow(struct keydist *k, struct growth *growth, double inserts);

// What keydist_next does where keys are not uniform.
uint64_t keydist_draw(struct keydist *k, unsigned kind);

static inline uint64_t keydist_next(struct keydist *k, unsigned kind)
{
    return k->uniform ? rng_below(&k->rng, k->range) : keydist_draw(k, kind);
}
