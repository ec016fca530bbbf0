// SPDX-License-Identifier: MIT
// The law of keys, or of sizes, cut in bins, and what share of draws falls into each: worked out from the
// law as it is written, and not by drawing, so that draws can be held against it. Draws nothing.
#pragma once

#include "load/keydist.h"
#include "load/sizes.h"

#define BINS_MAX 24

struct bins {
    unsigned n;              // 0: there is no law by chance, or it has one value alone
    uint64_t upto[BINS_MAX]; // what is below this, and not below the one before
    double share[BINS_MAX];
};

// Of what bins_place makes of keys in [0, range).
void bins_of_keys(struct bins *b, const struct keylaw *law, uint64_t range);
void bins_of_sizes(struct bins *b, const struct sizes *s);

// Where a key that k has drawn stands in the law that it should follow: its rank, where that has ranks. Of a
// hot set that moves, by where it lies now.
uint64_t bins_place(enum keylaw_kind law, const struct keydist *k, uint64_t key);

// The bin of a value; what lies beyond all is in the last one.
unsigned bins_find(const struct bins *b, uint64_t value);
