// SPDX-License-Identifier: MIT
// How many bytes the next value has: a size, a range, sizes with weights, a lognormal or a generalised Pareto
// law. Knows no contents.
#pragma once

#include "base/err.h"
#include "base/rng.h"

#include <stdbool.h>

#define SIZES_LIST_MAX 32
#define SIZES_MOST (UINT64_C(512) << 20) // of a value
#define SIZES_TEXT 256

enum sizes_kind { SIZES_RANGE, SIZES_LIST, SIZES_LOGNORMAL, SIZES_PARETO };

struct sizes {
    enum sizes_kind kind;
    uint32_t lo, hi;  // the least and the most that is ever drawn
    double mu, sigma; // of the logarithm of the bytes; of a Pareto law its shape and its scale
    unsigned n;       // of the list
    uint32_t size[SIZES_LIST_MAX];
    uint64_t upto[SIZES_LIST_MAX]; // weights of this size and of those before it
};

// "100", "100-500", "32:60,1024:30,64KiB:10", "lognormal:5:1.2", "pareto:214.476:0.348238" (scale and shape).
// option names it in a complaint. 0, or -1 with err.
int sizes_parse(const char *option, const char *text, struct sizes *out, struct err *err);

uint32_t sizes_draw(const struct sizes *s, struct rng *rng);

double sizes_mean(const struct sizes *s);

static inline bool sizes_vary(const struct sizes *s)
{
    return s->lo != s->hi;
}
