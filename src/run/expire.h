// SPDX-License-Identifier: MIT
// --timeout: which requests have had no answer for too long. Answers come in order, so only the oldest of a
// connection matters; and all connections are looked at together, not before the oldest of the last look can
// have timed out. So each is found in time, and a request costs nothing. Reads nothing: what has come by now
// was read before.
#pragma once

#include "run/worker.h"

// A phase begins, in which requests time out or not.
void expire_begin(struct worker *w, bool on);

// Whether one has timed out, by what was read so far. Where none has, the next look is set.
bool expire_due(struct worker *w);

// Gives up the connections whose oldest request has, and sets the next look.
void expire_all(struct worker *w);
