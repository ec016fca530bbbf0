// SPDX-License-Identifier: MIT
// How fast a phase goes: on the mean since it began, and over the last second. Reads no clock: counts come
// with the time that they are of.
#pragma once

#include <stdint.h>

#define METER_SAMPLES 8

struct meter {
    uint64_t start_ns; // of the phase: 0 before the first
    unsigned n;        // samples kept, oldest first; the first is the start itself until it is too old
    struct meter_sample {
        uint64_t at_ns, count;
    } samples[METER_SAMPLES];
    double mean, now; // per second; 0 until time has passed
};

// The count of the phase that began at start_ns, as of at_ns. Another start_ns begins anew. A count that is
// less than it was, or not newer, changes nothing.
void meter_add(struct meter *m, uint64_t start_ns, uint64_t at_ns, uint64_t count);
