// SPDX-License-Identifier: MIT
// The long times in which a worker had no answer, as it notes them while it runs, and those that several
// workers have in common. Says nothing of what they mean: outage.h does.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GAPS_MIN_NS UINT64_C(100000000) // shorter ones are nobody's outage
#define GAPS_MAX 4096                   // that are kept
#define GAPS_OPEN UINT64_MAX            // no answer came any more; or nothing was owed

struct gap {
    uint64_t from_ns; // the answer before it
    uint64_t owed_ns; // since when an answer was owed: not before from_ns, where nobody asked
    uint64_t to_ns;   // the answer after it
    bool broke;       // connections did meanwhile
    uint64_t missed;  // of a node: requests that were due since from_ns
};

struct gaps {
    uint64_t min_ns;  // shorter ones are not noted
    struct gap *list; // in order
    size_t n, cap;
};

void gaps_reset(struct gaps *g); // none, and anything as long as GAPS_MIN_NS is one
void gaps_free(struct gaps *g);

// One more. Where they are too many, or memory is, the shorter ones go, and none as short is noted any more.
void gaps_note(struct gaps *g, struct gap gap);

// The times that are in a gap of each of n workers: out is set up anew. 0 or -ENOMEM.
int gaps_common(struct gaps *out, const struct gaps *const *of, size_t n);

// Since when it is one: nobody missed an answer that was not owed.
static inline uint64_t gaps_start(const struct gap *g)
{
    return g->owed_ns > g->from_ns ? g->owed_ns : g->from_ns;
}
