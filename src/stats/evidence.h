// SPDX-License-Identifier: MIT
// What was gathered while a test ran to show that the load it names is the load that was sent. Counts and
// shares alone: what they mean is for validity.h.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define DRAWN_BINS 24

// A sample of what was sent, beside the law that it was to follow.
struct drawn {
    unsigned n;                // bins of the law; 0: it is none by chance
    double share[DRAWN_BINS];  // that the law gives to each
    uint32_t seen[DRAWN_BINS]; // of the sample
    uint64_t read;             // the whole sample; 0: nobody looked
    uint64_t strays;           // of it, what the law never gives
};

struct evidence {
    struct drawn keys, sizes;
    bool hits_known;      // what share of the reads is to find something:
    double hits_least;    // that much
    uint64_t commands;    // that left in all phases, by the names that the server counts; 0: not countable
    uint64_t connections; // that were opened for it
};

// Adds what another worker, or another part of the load, has seen.
void evidence_add(struct evidence *e, const struct evidence *more);
