// SPDX-License-Identifier: MIT
// A comparison while it runs: cmd_compare.c opens it and reports, compare_run.c measures. Prints the live
// line, and why something ended.
#pragma once

#include "cli/compare_options.h"
#include "cli/compare_past.h"
#include "cli/outcome.h"
#include "cli/site.h"
#include "report/compare/compare_facts.h"

struct comparison {
    struct compare_options o;
    struct past past; // --baseline
    struct site sites[CONTEST_TARGETS_MAX];
    unsigned opened; // sites up to here
    struct stopper stop;
    struct watcher watch;
    struct run_facts run;
    struct compare_facts facts;
    struct host host, host_end;
    const struct compare_reporter *reporter;
    FILE *json;
    struct history *history;  // --save, or NULL
    struct contest *contests; // one for each test
    size_t n;
    struct outcome outcome;
    bool measured; // there is a whole block to read about
    // Where the comparison is, for the live line
    const char *title;
    unsigned block, slot, slots;
    uint64_t slots_done, slots_all, slot_cost_ns;
};

// How long it will take, before it starts.
void compare_estimate(struct comparison *c);

// Measures all tests in blocks, into c->contests.
void compare_run(struct comparison *c);
