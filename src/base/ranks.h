// SPDX-License-Identifier: MIT
// What the launcher of a rank and the load that it started say to each other, over a channel. Only names.
#pragma once

#include <stdint.h>

// The environment variable by which the launcher tells the load of it: "FD RANK RANKS LIVE". LIVE is -1 where
// nobody looks at a live line; else, but for rank 0, a socket that takes a struct ranks_live now and then.
#define RANKS_VARIABLE "HKV_BENCH_PEERS"

enum {
    RANKS_READY = 'R', // connected and prefilled; the number: whether it is a rank that only measures
    RANKS_GO = 'G',    // begin at this moment by the clock
    RANKS_PART = 'S',  // the packed part; the number: the leader's time
    RANKS_LIGHT = 'L', // to rank 0, before the next: the packed result of the ranks that only measure
    RANKS_WHOLE = 'W', // the packed result of all; the number: the leader's time
    RANKS_MEET = 'M',  // waits for all; from rank 0 the bytes say what failed there, the number its time. The
                       // answer, once all wait: what rank 0 said
    RANKS_LIVE = 'V',  // of rank 0: a struct ranks_live, its own; the answer: the sum of the others
    RANKS_STOP = 'X',  // the bytes say why
};

// Of a phase that goes on, for the live line.
struct ranks_live {
    uint64_t phase, answered, errors, requests;
    double rps, mean_rps;
};
