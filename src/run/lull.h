// SPDX-License-Identifier: MIT
// What a worker notes of the long times in which no answer came: since when one was owed, and whether
// connections broke. Costs one comparison an answer; what it means is worked out after the run
// (stats/outage.h).
#pragma once

#include "run/worker.h"

void lull_reset(struct worker *w);                        // a phase begins
void lull_owes(struct worker *w, const struct client *c); // what it owes is abandoned next
void lull_broken(struct worker *w, struct client *c); // it is no connection any more; before it is abandoned

// Whether an answer at at_ns ends one.
static inline bool lull_ended(const struct worker *w, uint64_t at_ns)
{
    return at_ns - w->served_ns > w->gaps.min_ns;
}

// The answer at at_ns, to a request that was due or asked at asked_ns. paused_ns: of the time before it, that
// in which this program did not run.
void lull_end(struct worker *w, uint64_t asked_ns, uint64_t at_ns, uint64_t paused_ns);

// The run is over, and nothing is abandoned yet.
void lull_last(struct worker *w);
