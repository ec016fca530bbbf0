// SPDX-License-Identifier: MIT
// What is asked of a comparison, as plain values. Filled by the command line; no handles, nothing derived.
#pragma once

#include "experiment/workload.h"
#include "stats/comparison.h"

enum compare_fresh { COMPARE_FRESH_NONE, COMPARE_FRESH_FLUSH, COMPARE_FRESH_COMMAND };

struct compare_target {
    const char *name;
    struct workload workload; // what it is measured with
};

struct compare_conf {
    unsigned targets, first; // those from first on are measured: 1 where a baseline stands for target 0
    struct compare_target each[COMPARISON_TARGETS_MAX];
    unsigned blocks;           // 0: each test ends when it knows, or when its part of the budget is spent
    uint64_t budget_ns;        // of all tests together, where blocks is 0
    uint64_t slot_ns, idle_ns; // of a slot (0: as the pilots and the budget suggest), and before it
    enum compare_fresh fresh;
    const char *fresh_command;   // of the shell
    const char *restart_command; // of the shell, before each block; NULL: none
    double margins[COMPARISON_METRICS], floors[COMPARISON_METRICS];
    struct slo slo;                           // n is 0 where capacity is not what is compared
    bool duet;                                // both at the same time
    bool aa;                                  // one server under two names
    bool warms;                               // the warm-up was asked for; else the pilots find it
    bool strict;                              // no verdict is a failure
    const char *baseline_path, *baseline_run; // the history, and which run of it; NULL: all are measured
};

// What counts for all targets that are measured.
static inline const struct workload *compare_conf_lead(const struct compare_conf *conf)
{
    return &conf->each[conf->first].workload;
}
