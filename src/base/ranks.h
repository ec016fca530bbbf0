// SPDX-License-Identifier: MIT
// What the launcher of a rank and the load that it started say to each other, over a channel. Only names.
#pragma once

// The environment variable by which the launcher tells the load of it: "FD RANK RANKS".
#define RANKS_VARIABLE "HKV_BENCH_PEERS"

enum {
    RANKS_READY = 'R', // connected and prefilled
    RANKS_GO = 'G',    // begin at this moment by the clock
    RANKS_PART = 'S',  // the packed part; the number: the leader's time since it began
    RANKS_WHOLE = 'W', // the packed result of all; the number: the leader's
    RANKS_STOP = 'X',  // the bytes say why
};
