// SPDX-License-Identifier: MIT
// Sums up what all workers sent of a trace.
#pragma once

#include "run/worker.h"
#include "stats/summary.h"

// Also the load's rate, which is the trace's own. 0 or -ENOMEM.
int replayed_sum(struct summary *s, struct replay *from, const struct worker *workers, unsigned n);
