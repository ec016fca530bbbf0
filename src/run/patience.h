// SPDX-License-Identifier: MIT
// How long a worker waits for answers, and for connections, and when it was this program that did not run.
// Waits for nothing itself.
#pragma once

#include "run/worker.h"

// Whether nothing can be asked before a new connection is ready, and there is something to ask, now or in the
// next phase.
bool patience_between(const struct worker *w);

// Whether a connection stands, is under way, or will be: that to a node of a cluster is dialled after a
// while.
bool patience_links(const struct worker *w);

// Whether answers have failed to come for too long: by count, since the last one; by time, after the end.
bool patience_ended(struct worker *w);

#define PATIENCE_PAUSE_NS (100 * NS_PER_MS) // a turn that ends so much later than it must: nothing ran

// By how much this program is later than awaited, where that is so much that it cannot have run: it was
// stopped, or had no CPU. Else 0.
uint64_t patience_pause(const struct worker *w);
