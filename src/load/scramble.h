// SPDX-License-Identifier: MIT
// A fixed permutation of [0, n): ranks that follow each other lie anywhere, and no two in one place. Not a
// hash: nothing merges.
#pragma once

#include <stdint.h>

struct scramble {
    uint64_t n, mask; // mask + 1: the power of two that n fits in
    unsigned shift;
};

// n > 0.
static inline struct scramble scramble_init(uint64_t n)
{
    unsigned bits = n > 1 ? 64 - (unsigned)__builtin_clzll(n - 1) : 0;
    return (struct scramble){n, bits ? UINT64_MAX >> (64 - bits) : 0, bits / 2 + 1};
}

// Each step can be undone within the bits of the mask; what falls between n and the power of two goes on
// until it falls below n.
static inline uint64_t scramble(const struct scramble *s, uint64_t x)
{
    do {
        x = (x + UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9) & s->mask;
        x ^= x >> s->shift;
        x = x * UINT64_C(0x94d049bb133111eb) & s->mask;
        x ^= x >> s->shift;
    } while (x >= s->n);
    return x;
}

// n with n * odd = 1 modulo 2^64: each step doubles the bits that are right, of three at first.
static inline uint64_t scramble_inverse(uint64_t odd)
{
    uint64_t n = odd;
    for (int i = 0; i < 5; i++)
        n *= 2 - odd * n;
    return n;
}

// The x that scramble puts at y.
static inline uint64_t scramble_undo(const struct scramble *s, uint64_t y)
{
    const uint64_t first = scramble_inverse(UINT64_C(0xbf58476d1ce4e5b9));
    const uint64_t second = scramble_inverse(UINT64_C(0x94d049bb133111eb));
    do {
        y ^= y >> s->shift; // undoes itself: the shift is more than half of the bits
        y = y * second & s->mask;
        y ^= y >> s->shift;
        y = (y * first - UINT64_C(0x9e3779b97f4a7c15)) & s->mask;
    } while (y >= s->n);
    return y;
}
