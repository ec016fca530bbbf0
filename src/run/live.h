// SPDX-License-Identifier: MIT
// What the live line shows of a test that is under way: latencies of the last second, and errors so far. Sees
// only rows that workers have ended, under their locks.
#pragma once

#include "run/run.h"

// Fills p50_ns, p99_ns and errors of p, whose phase is set; leaves them where the phase has no rows.
void live_look(struct worker *workers, unsigned n, int digits, struct progress *p);
