// SPDX-License-Identifier: MIT
// What became of a test's TLS connections before their first request: how long each handshake took, and what
// it came to. Those that the clock did not run for are counted too.
#pragma once

#include "stats/hist.h"

#define HANDSHAKES_WORD 48

// All of them NULL or "": no TLS.
struct handshakes {
    struct hist *full, *resumed; // by whether an earlier session was taken up again
    char protocol[16];           // "TLSv1.3"; "" before the first
    char cipher[HANDSHAKES_WORD];
    char kernel[8];    // what the kernel changed: "tx"; "": nothing
    char verified[16]; // "chain and name", "chain" or "nothing"
};

int handshakes_init(struct handshakes *h); // 0 or -ENOMEM
void handshakes_free(struct handshakes *h);

// One more.
void handshakes_record(struct handshakes *h, uint64_t took_ns, bool resumed);
// What they agreed on: the first that is told stays. kernel: NULL as "".
void handshakes_agreed(struct handshakes *h, const char *protocol, const char *cipher, const char *kernel);
void handshakes_merge(struct handshakes *h, const struct handshakes *from);

uint64_t handshakes_count(const struct handshakes *h);
double handshakes_resumed(const struct handshakes *h); // which share of them; 0 of none
