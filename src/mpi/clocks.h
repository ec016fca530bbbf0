// SPDX-License-Identifier: MIT
// How the clocks of the ranks stand to that of rank 0, by ping-pong: the exchange that took least time tells
// most. Before any load only.
#pragma once

#include <stdint.h>

struct offset {
    int64_t ns;        // what the rank's clock shows more than that of rank 0
    uint64_t error_ns; // half of the least round trip
};

// This rank's clock: CLOCK_MONOTONIC, and for tests HKV_MPI_SHIFT="RANK NS" more on one rank.
uint64_t clocks_now(void);
int64_t clocks_shift(int rank); // of this one

// Of all ranks, at rank 0; all have to call it. of: [ranks].
void clocks_compare(struct offset *of, int rank, int ranks);
