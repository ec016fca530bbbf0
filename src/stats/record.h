// SPDX-License-Identifier: MIT
// The result of an experiment of any kind: what it was as a whole, and what each of its tests gave. Only
// data.
#pragma once

#include "stats/capacity.h"
#include "stats/comparison.h"
#include "stats/facts.h"
#include "stats/sweep.h"

struct record {
    const char *kind; // "run", "compare", "aa", "saturate", "sweep"
    const struct run_facts *facts;
    size_t n; // tests, of one of these; the others are NULL
    const struct summary *runs;
    const struct comparison *comparisons;
    const struct capacity *capacities;
    const struct sweep *sweeps;
};
