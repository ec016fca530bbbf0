// SPDX-License-Identifier: MIT
// Requests that are given a connection of their own once they are due: -k 0 in the open loop; and
// --connect-only, where the connection is all that is asked for. Their latency holds all of its steps. What
// draws and writes them is loop.c; who dials, link.c.
#pragma once

#include "run/worker.h"

// All that stand are shut, so that the phase begins without any.
void knock_begin(struct worker *w);

// A connection that is not needed any more is closed; its client waits for what is due next.
void knock_shut(struct worker *w, struct client *c);

// Takes n requests from the plan of the open loop. Answers when they were due.
uint64_t knock_due(struct worker *w, struct client *c, uint32_t n);

// It stands. Sends what waited for it. 0 or -errno, as a send.
int knock_send(struct worker *w, struct client *c);

// It stands, and nothing more was asked for. Whether that was the first one for long.
bool knock_done(struct worker *w, struct client *c);
