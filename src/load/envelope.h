// SPDX-License-Identifier: MIT
// What a producer's message says of itself, so that whoever gets it knows how long it took and whether one is
// missing. Bytes to values and back; knows no queue and no clock.
#pragma once

#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

#define ENVELOPE_BYTES 48 // that it takes at the start of a payload

struct envelope {
    uint32_t run;    // messages of another are none of ours
    uint16_t worker; // who sent it
    bool measured;   // in the measured window, not in the warm-up
    uint64_t seq;    // of this worker, in this window: from 0, below 2^48
    uint64_t due_ns; // by the clock
};

// Writes ENVELOPE_BYTES at dst and answers their end.
char *envelope_write(const struct envelope *m, char *dst);

// The first message of the run in bytes. Answers where it ends, or 0 where there is none.
size_t envelope_find(struct slice bytes, uint32_t run, struct envelope *out);
