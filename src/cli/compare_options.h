// SPDX-License-Identifier: MIT
// The command line of `hkv-bench compare`: its own options, the targets, and what each of them is measured
// with.
#pragma once

#include "cli/options.h"
#include "experiment/compare_conf.h"
#include "option/argv.h"
#include "option/manual.h"

extern const struct manual compare_options_manual;

struct compare_options {
    struct compare_conf conf; // what is asked
    const char *fresh_word;   // --fresh as given
    const char *margin_words, *floor_words;
    const char *baseline_words; // --baseline as given, or NULL
    struct opt_list slo_words;
    bool markdown, github;
    bool help;
    struct options each[COMPARISON_TARGETS_MAX]; // what conf is made of
    // What that points into
    char *names[COMPARISON_TARGETS_MAX], *hosts[COMPARISON_TARGETS_MAX];
    char *baseline_path;
    struct argv_parts words;
    struct slice *command;
};

// What counts for all targets that are measured.
static inline const struct options *compare_options_lead(const struct compare_options *o)
{
    return &o->each[o->conf.first];
}

// 0, or -1 with err and nothing to free. After 0 with o->help nothing else was read.
int compare_options_parse(struct compare_options *o, int argc, char **argv, struct err *err);
void compare_options_free(struct compare_options *o);
