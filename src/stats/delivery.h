// SPDX-License-Identifier: MIT
// What became of messages from producers to consumers: how many there were, and how long each took from when
// it was due. Each that was expected was delivered or is lost, exactly.
#pragma once

#include "stats/hist.h"

#define DELIVERY_WHY 160

struct delivery {
    struct hist *latency; // from due to delivery; NULL: there are no consumers
    uint64_t sent;        // messages that left
    uint64_t expected;    // deliveries that they make: to one consumer each, or to all
    uint64_t delivered;   // of these, each once
    uint64_t duplicates;  // that came once more
    unsigned consumers, queues;
    unsigned gone;          // consumers whose connection ended before the run did
    double cpu_s, seconds;  // CPU of the consumers' thread, and for how long it ran
    char why[DELIVERY_WHY]; // the first trouble that one had, or ""
};

int delivery_init(struct delivery *d, int digits); // 0 or -ENOMEM
void delivery_free(struct delivery *d);

static inline uint64_t delivery_lost(const struct delivery *d)
{
    return d->expected - d->delivered;
}

// How busy the thread of the consumers was, 0 to 1.
static inline double delivery_busy(const struct delivery *d)
{
    return d->seconds > 0 ? d->cpu_s / d->seconds : 0;
}
