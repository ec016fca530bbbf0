// SPDX-License-Identifier: MIT
// What the live line shows of a test that is under way: latencies of the last second, and errors so far. Sees
// only rows that workers have ended, under their locks.
#pragma once

#include "run/worker.h"
#include "stats/progress.h"

// Where the worker's rows of that phase go; NULL: nowhere.
struct series *live_rows(struct worker *w, enum phase phase);

struct live live_look(struct worker *workers, unsigned n, int digits, enum phase phase);
