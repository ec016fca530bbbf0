// SPDX-License-Identifier: MIT
// Messages from producers, which are the load, to consumers: which commands they take.
#pragma once

enum delivery_kind {
    DELIVERY_NONE,
    DELIVERY_LIST,    // LPUSH to BRPOP
    DELIVERY_MOVE,    // LPUSH to BLMOVE, and LREM
    DELIVERY_STREAM,  // XADD to XREADGROUP, and XACK
    DELIVERY_CHANNEL, // PUBLISH to SUBSCRIBE
    DELIVERY_SHARDED, // SPUBLISH to SSUBSCRIBE
};
