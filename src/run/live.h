// SPDX-License-Identifier: MIT
// What the live line shows of a test that is under way: latencies of the last second, and errors so far. Sees
// only rows that workers have ended, under their locks.
#pragma once

#include "run/worker.h"

struct live {
    uint64_t p50_ns, p99_ns; // 0: not known
    uint64_t errors;         // of the phase
};

struct live live_look(struct worker *workers, unsigned n, int digits, enum phase phase);
