// SPDX-License-Identifier: MIT
// The hot loop of a worker: asks what is due, has answers taken, waits. Knows no phases.
#pragma once

#include "run/worker.h"

#define LOOP_TICK_NS (100 * NS_PER_MS) // how long a worker may overlook the crew's flags

// By which way requests are asked from here on. seen: a sample of them is looked at (spots.h).
void loop_chooses(struct worker *w, bool seen);

// Asks until nothing is left or the time is up, and takes the answers to all of it.
void loop_run(struct worker *w);

// Waits for one completion and handles it: 1. 0 when none came, or -1 with w->err when the engine broke.
int loop_step(struct worker *w, uint64_t timeout_ns);
