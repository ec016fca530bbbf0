// SPDX-License-Identifier: MIT
#include "judge/design.h"

#include "base/err.h"
#include "base/rng.h"

// The place of `block` in a shuffle of 0..blocks-1 that the seed gives: Fisher and Yates, followed for one
// place.
static unsigned shuffled(unsigned block, unsigned blocks, unsigned long long seed)
{
    struct rng rng = rng_init(seed, 0x64657369676eU); // a stream of its own: "design"
    unsigned place = block;
    for (unsigned i = blocks; i > 1; i--) {
        unsigned other = (unsigned)rng_below(&rng, i);
        if (place == i - 1)
            place = other;
        else if (place == other)
            place = i - 1;
    }
    return place;
}

// The first row of a Williams square: 0, 1, n-1, 2, n-2, ...
static unsigned zigzag(unsigned slot, unsigned n)
{
    unsigned half = (slot + 1) / 2;
    return slot % 2 ? half : (n - half) % n;
}

// An odd number of targets takes each row backwards too.
static unsigned williams(unsigned row, unsigned n, unsigned order[DESIGN_SLOTS_MAX])
{
    unsigned rows = n % 2 ? 2 * n : n;
    row %= rows;
    for (unsigned slot = 0; slot < n; slot++) {
        unsigned at = row < n ? slot : n - 1 - slot;
        order[at] = (zigzag(slot, n) + row % n) % n;
    }
    return n;
}

unsigned design_block(unsigned targets, unsigned block, unsigned blocks, unsigned long long seed,
                      unsigned order[DESIGN_SLOTS_MAX])
{
    if (targets < 2 || targets > DESIGN_TARGETS_MAX || block >= blocks)
        BUG("a design has 2 to 8 targets, and a block is one of its blocks");
    unsigned row = shuffled(block, blocks, seed);
    if (targets > 2)
        return williams(row, targets, order);
    unsigned first = row % 2;
    order[0] = order[3] = first;
    order[1] = order[2] = 1 - first;
    return 4;
}
