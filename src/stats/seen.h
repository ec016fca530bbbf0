// SPDX-License-Identifier: MIT
// Which numbers of a sequence have come, each once: exact, whatever their order. Its memory grows with how
// far they come out of order, or behind one that is missing, not with how many there are.
#pragma once

#include <stddef.h>
#include <stdint.h>

// A zeroed one has seen none.
struct seen {
    uint64_t base;  // all below it have come; a multiple of 64
    uint64_t *bits; // of [base, base + 64 * words), a ring
    size_t words;   // a power of two, or 0
    size_t head;    // the word of base
};

#define SEEN_AHEAD (UINT64_C(1) << 36) // how far one may be ahead of the least that is missing

// 1 where n is new, 0 where it has come before, -ENOMEM where it cannot be remembered, -ERANGE where it is
// too far ahead.
int seen_add(struct seen *s, uint64_t n);

void seen_free(struct seen *s);
