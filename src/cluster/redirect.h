// SPDX-License-Identifier: MIT
// What a node of a cluster says in place of an answer: ask another one. No I/O.
#pragma once

#include "cluster/topology.h"

enum redirect_kind {
    REDIRECT_NONE,  // an answer like any other
    REDIRECT_MOVED, // the slot is the other's
    REDIRECT_ASK,   // this request alone, after ASKING: the slot is on its way there
};

struct redirect {
    enum redirect_kind kind;
    uint16_t slot;
    char host[TOPOLOGY_HOST]; // "": the node that said so
    uint16_t port;
};

// An error reply's text, without its "-": "MOVED 3999 127.0.0.1:6381".
struct redirect redirect_of(struct slice text);
