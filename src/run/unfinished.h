// SPDX-License-Identifier: MIT
// What has no answer at the end: it counts, at the least that it took. Ends no connection.
#pragma once

#include "run/worker.h"

// What the client has not answered stays unanswered.
void unfinished_abandon(struct worker *w, struct client *c, enum abandoned why);

// What was due and never left: `requests` of them at most.
void unfinished_unsent(struct worker *w, uint64_t requests);
