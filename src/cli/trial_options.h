// SPDX-License-Identifier: MIT
// The command line of a subcommand that measures one server in many trials: the options of a plain run beside
// a few of its own. Never measures.
#pragma once

#include "cli/options.h"
#include "option/argv.h"

struct trial_options {
    const char *name;              // of the subcommand: the caller's to set, as are
    const struct opt_table *table; // its own options, --help among them,
    void *into;                    // and the struct that they fill
    bool asserts;                  // it takes --assert
    struct options o;
    struct argv_parts words;
    struct slice *command; // the user's own
};

// Reads the words: those of t->table into t->into, the others into t->o. With --help nothing else is looked
// at. 0, or -1 with err.
int trial_options_parse(struct trial_options *t, int argc, char **argv, struct err *err);

struct workload trial_options_workload(const struct trial_options *t);

void trial_options_free(struct trial_options *t);
