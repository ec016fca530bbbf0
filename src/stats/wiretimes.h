// SPDX-License-Identifier: MIT
// Where the time of sampled requests went, by the kernel's stamps: from the client's clock to the network
// (send), from there to when the answer arrived (wire: the network and the server), and from there to when
// the client had it (wake). In ns.
#pragma once

#include "stats/hist.h"

struct wiretimes {
    struct hist *send, *wire, *wake;
    struct hist *whole; // of the same requests: the three together
    uint64_t missed;    // sampled, and a stamp was missing or made no sense
};

int wiretimes_init(struct wiretimes *w); // 0 or -ENOMEM
void wiretimes_reset(struct wiretimes *w);
void wiretimes_free(struct wiretimes *w);
void wiretimes_merge(struct wiretimes *w, const struct wiretimes *from);

// One request: the client's clock before its write, the kernel's two stamps, the client's clock after the
// read of its answer. All of one clock.
void wiretimes_record(struct wiretimes *w, uint64_t asked_ns, uint64_t left_ns, uint64_t arrived_ns,
                      uint64_t had_ns);

// The client's share of it all at quantile q: send and wake over the three. 0 of nothing.
double wiretimes_share(const struct wiretimes *w, double q);
