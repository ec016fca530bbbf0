// SPDX-License-Identifier: MIT
// Sums up the gaps of all workers: a time is without service when none of them had an answer. After the join.
#pragma once

#include "run/worker.h"

// Fills s->outages; the rows and nodes of s are there. 0 or -ENOMEM.
int by_gap(struct summary *s, const struct worker *workers, unsigned n);
