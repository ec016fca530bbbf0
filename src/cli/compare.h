// SPDX-License-Identifier: MIT
// A comparison while it runs: cmd_compare.c opens it and reports, compare_run.c measures. Prints the live
// line, and why something ended.
#pragma once

#include "cli/compare_options.h"
#include "cli/compare_past.h"
#include "cli/results.h"
#include "experiment/server.h"
#include "report/compare/compare_facts.h"

struct compare {
    struct session session;
    struct results results;
    struct compare_options o;
    struct past past; // --baseline
    struct server servers[COMPARISON_TARGETS_MAX];
    unsigned opened; // of servers up to here
    struct compare_facts facts;
    const struct compare_reporter *reporter;
    struct comparison *comparisons; // one for each test
    size_t n;
    bool measured; // there is a whole block to read about
    // Where the comparison is, for the live line
    const char *title;
    unsigned block, slot, slots;
    uint64_t slots_done, slots_all, slot_cost_ns;
};

// How long it will take, before it starts.
void compare_estimate(struct compare *c);

// Measures all tests in blocks, into c->comparisons.
void compare_run(struct compare *c);
