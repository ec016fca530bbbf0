// SPDX-License-Identifier: MIT
// A worker that sends requests of a trace: it holds the next one, whose due time is that of its pace, and the
// bytes of those that are under way. Knows no file; run/replay.h reads.
#pragma once

#include "run/replay_hand.h"
#include "run/worker.h"

// The pace of the measured window, from w->start_ns on.
void replaying_begin(struct worker *w, const struct deal *deal);

// Whether the next request can be sent now; takes it from the trace where none is at hand.
bool replaying_ready(struct worker *w);

// Hands the next request to the client's connection, whose former bytes must be gone.
void replaying_write(struct worker *w, struct client *c);

// That one is sent: what is next, and when.
void replaying_next(struct worker *w);

// The test is over: what was due and is not sent counts as such, so many requests at most. Who has no
// connection left leaves to others what it has not taken.
void replaying_unsent(struct worker *w, uint64_t requests);
