// SPDX-License-Identifier: MIT
// How connections that were opened in the measured window came to be, phase by phase, in ns. Only where
// connections are the load, or a part of it.
#pragma once

#include "stats/hist.h"

#include <stdbool.h>

enum connection_phase {
    CONNECTION_CONNECT,     // from the dial until it stands, TLS not included
    CONNECTION_TLS_FULL,    // a handshake
    CONNECTION_TLS_RESUMED, // one that took up an earlier session
    CONNECTION_SETUP,       // from HELLO, AUTH and their like to the last reply to them
    CONNECTION_FIRST_REPLY, // from the first request to its answer
    CONNECTION_PHASES,
};

struct connections {
    struct hist *of[CONNECTION_PHASES]; // all NULL: not asked for
};

int connections_init(struct connections *c); // 0 or -ENOMEM
void connections_free(struct connections *c);
void connections_merge(struct connections *c, const struct connections *from);

bool connections_whole(const struct connections *c); // all of them, or none

static inline bool connections_on(const struct connections *c)
{
    return c->of[0];
}
