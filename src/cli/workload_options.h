// SPDX-License-Identifier: MIT
// What is asked of keys and values, from the words of the command line: several options make one thing.
#pragma once

#include "cli/options_table.h"

#include "base/err.h"

// given: whether the user said it (of -d, --key-dist and --value-data). Fills what of w->o.run depends on
// several options; reads the file of --value-data. 0, or -1 with err.
struct workload_given {
    bool size, law, data;
};

int workload_options_settle(struct options_words *w, struct workload_given given, struct err *err);

// The same of keys and sizes alone, behind that: w is a copy, in which a command has some of its own.
int workload_options_own(struct options_words *w, struct workload_given given, struct err *err);
