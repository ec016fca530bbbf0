// SPDX-License-Identifier: MIT
// The loop of a cluster: a request is drawn first, and then goes to whoever owns its key. Where no connection
// to that node is free, it waits, and holds up nobody else. What is redirected is asked again.
#pragma once

#include "run/worker.h"

// How often one request is asked again at most.
#define ROUTE_HOPS_MAX 16

static inline bool route_has(const struct worker *w)
{
    return w->nodes.owner != NULL;
}

// Draws what is due and asks all that finds a connection: at most `most` writes.
void route_ask(struct worker *w, unsigned most);

// An error reply to the oldest request of c. Whether it was no answer but a redirection: then the request
// will be asked again, and is still outstanding.
bool route_redirected(struct worker *w, struct client *c, struct slice text);

// What need not be seen at each request: newer maps, nodes without a connection.
void route_look(struct worker *w);

// Nothing more is due: what was drawn in the closed loop and never sent was never asked.
void route_drop(struct worker *w);

// What still waits has no answer and will have none.
void route_abandon(struct worker *w);
