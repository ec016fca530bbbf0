// SPDX-License-Identifier: MIT
// The commands of producers and consumers (--queue, --pubsub): what the load sends, and what those who wait
// for it say. Bytes only; knows no connection.
#pragma once

#include "base/buf.h"
#include "run/ask.h"

// What producers ask, with messages of the run. 0, -ENOMEM or -E2BIG; ask_reset in any case.
int delivery_ask(struct ask *a, const struct ask_conf *asking, uint32_t run);

static inline bool delivery_publishes(const struct run_conf *conf)
{
    return conf->delivery == DELIVERY_CHANNEL || conf->delivery == DELIVERY_SHARDED;
}

// One of those who wait for messages.
struct delivery_end {
    const struct run_conf *conf;
    uint32_t run;
    unsigned number; // of the consumer
};

// Each appends commands to out; 0 or -ENOMEM. *replies: how many there will be before the first message.
int delivery_join(const struct delivery_end *end, struct buf *out, unsigned *replies);
int delivery_take(const struct delivery_end *end, struct buf *out); // asks for the next messages

// The messages in the bytes of a reply are done with: says so, where that is the custom.
int delivery_acknowledge(const struct delivery_end *end, struct slice reply, struct buf *out);

// Removes whatever the run has left at the server.
int delivery_remove(const struct delivery_end *end, struct buf *out);
