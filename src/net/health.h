// SPDX-License-Identifier: MIT
// What the kernel knows about how a TCP connection fared.
#pragma once

#include "net/conn.h"

// Sums over connections, and a least.
struct health {
    unsigned sampled;
    uint64_t segments, retransmitted;
    uint64_t busy_us;             // with something to send
    uint64_t receiver_limited_us; // of that: the other side's receive buffer was full
    uint64_t sender_limited_us;   // of that: the own send buffer was full
    uint32_t rtt_min_us;          // 0: not known
};

// Adds what TCP_INFO tells of c; nothing for a closed connection or a unix socket.
void health_add(struct health *h, const struct conn *c);
void health_merge(struct health *h, const struct health *from);
