// SPDX-License-Identifier: MIT
// How long a worker waits for answers, and for connections. Waits for nothing itself.
#pragma once

#include "run/worker.h"

// Whether nothing can be asked before a new connection is ready, and there is something to ask, now or in the
// next phase.
bool patience_between(const struct worker *w);

// Whether answers have failed to come for too long: by count, since the last one; by time, after the end.
bool patience_ended(struct worker *w);
