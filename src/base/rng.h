// SPDX-License-Identifier: MIT
// xoshiro256++ (Blackman and Vigna), seeded by rng_splitmix64. One per worker; there is no global generator.
#pragma once

#include <stdint.h>

struct rng {
    uint64_t s[4];
};

// The next number of a rng_splitmix64 stream; also a good mixer of a counter into a seed.
static inline uint64_t rng_splitmix64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

// Stream k of a master seed: what a worker uses, so that workers differ and a run can be repeated.
static inline struct rng rng_init(uint64_t seed, uint64_t stream)
{
    uint64_t mixed = seed;
    uint64_t state = rng_splitmix64(&mixed) ^ stream * UINT64_C(0xd1342543de82ef95);
    struct rng r;
    for (int i = 0; i < 4; i++)
        r.s[i] = rng_splitmix64(&state);
    return r;
}

static inline uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t sum = s[0] + s[3];
    uint64_t out = ((sum << 23) | (sum >> 41)) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return out;
}

// Uniform in [0, n), n > 0, without bias (Lemire 2018): a division only in the rare rejected case.
static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
    unsigned __int128 m = (unsigned __int128)rng_next(r) * n;
    if ((uint64_t)m < n) {
        uint64_t floor = -n % n;
        while ((uint64_t)m < floor)
            m = (unsigned __int128)rng_next(r) * n;
    }
    return (uint64_t)(m >> 64);
}

// Uniform in (0, 1], for logarithms.
static inline double rng_unit(struct rng *r)
{
    return (double)((rng_next(r) >> 11) + 1) * 0x1.0p-53;
}
