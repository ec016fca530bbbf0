// SPDX-License-Identifier: MIT
// What comes in on a connection: counts it, holds it against what was expected, records how long it took.
// Asks nothing.
#pragma once

#include "run/worker.h"

// Takes all that the event holds. Answers whether the client is in service and may have room now.
bool answers_take(struct worker *w, struct client *c, struct io_event *ev);
