// SPDX-License-Identifier: MIT
// What the requests of one kind are drawn from by one worker: its streams, each by itself, so that another
// choice of values does not move the keys. No clock: the caller says what time it is.
#pragma once

#include "load/envelope.h"
#include "load/keydist.h"
#include "load/versions.h"

#define DRAW_VALUES UINT64_C(0x76616c756573) // the stream that sizes, contents and numbers come from

struct mixer; // load/mix.h

// What a value says of itself, beside its key.
struct draw_self {
    struct version_key *keys; // whose versions they are; NULL: they count up
    uint32_t owner, writer;
    uint64_t count;
    struct version_write last; // that was drawn
};

struct draw {
    struct keydist keys;
    struct keydist *spaces; // by name, of those that have a space of their own (range not 0); NULL: none has
    struct rng values;
    uint64_t seq, step; // the next __seq__, and how far apart they are
    uint64_t unix_ms;   // __now__
    uint64_t cursor;    // __cursor__
    uint64_t rows, row; // the next row of a dataset, and that of the request under way
    uint64_t number;    // of the key of the request under way; 0: it has none
    uint64_t same;      // of the one before it, for a request that follows another
    struct draw_self self;
    uint64_t bytes;           // of requests whose length varies, as written
    struct mixer *mixer;      // where there are several kinds
    struct envelope envelope; // the next one, where there are any
};

static inline struct draw draw_init(const struct keydist *keys, uint64_t seed, const struct deal *deal)
{
    return (struct draw){.keys = *keys,
                         .values = rng_init(seed ^ DRAW_VALUES, deal->part),
                         .seq = deal->part,
                         .rows = deal->part,
                         .step = deal->parts};
}
