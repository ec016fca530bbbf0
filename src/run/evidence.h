// SPDX-License-Identifier: MIT
// What a run shows of its load, so that it can be judged (stats/validity.h): what its reads were to find, and
// what a server had to count. Judges nothing.
#pragma once

#include "run/worker.h"
#include "stats/summary.h"

#define EVIDENCE_NAMES (MIX_MAX + 1)

// The names by which a server counts the commands of the plan, each once. Answers how many; 0 where it is not
// known how it counts them.
unsigned evidence_names(const struct plan *p, const char *names[EVIDENCE_NAMES]);

// What n workers have seen, of the load as a whole; a mix's kinds are there by now.
void evidence_sum(struct summary *s, const struct plan *p, const struct worker *of, unsigned n);
