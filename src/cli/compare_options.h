// SPDX-License-Identifier: MIT
// The command line of `hkv-bench compare`: its own options, the targets, and what each of them is measured
// with.
#pragma once

#include "cli/options.h"
#include "stats/comparison.h"

#include <stdio.h>

enum fresh { FRESH_NONE, FRESH_FLUSH, FRESH_COMMAND };

struct compare_options {
    unsigned blocks;
    uint64_t slot_ns, idle_ns;
    enum fresh fresh;
    const char *fresh_word; // --fresh as given
    const char *margin_words, *floor_words;
    double margins[COMPARISON_METRICS], floors[COMPARISON_METRICS];
    const char *baseline_words, *slo_words; // --baseline, --slo as given, or NULL
    char *baseline_path;                    // the history, or NULL
    const char *baseline_run;               // of it
    struct slo slo;                         // n is 0 where capacity is not what is compared
    bool aa;
    bool markdown;
    bool help;
    bool warms, counts;      // --warmup, -n were given
    unsigned targets, first; // those from first on are measured: 1 with --baseline, which stands for target 0
    const char *names[COMPARISON_TARGETS_MAX];
    struct options each[COMPARISON_TARGETS_MAX]; // what each is measured with
    char **words[COMPARISON_TARGETS_MAX];        // that it points into
};

// What counts for all targets that are measured.
static inline const struct options *compare_lead(const struct compare_options *o)
{
    return &o->each[o->first];
}

// 0, or -1 with err and nothing to free. After 0 with o->help nothing else was read.
int compare_options_parse(struct compare_options *o, int argc, char **argv, struct err *err);
void compare_options_free(struct compare_options *o);
void compare_options_help(FILE *out);
