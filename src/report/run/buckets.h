// SPDX-License-Identifier: MIT
// The latency buckets of formats that have fixed ones, in ns. What is counted up to a bound is exact as the
// histogram is: to its significant digits.
#pragma once

#include <stdint.h>

#define BUCKETS 22

extern const uint64_t buckets_ns[BUCKETS]; // rising; what is above the last has a bucket of its own
