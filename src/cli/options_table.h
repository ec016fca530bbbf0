// SPDX-License-Identifier: MIT
// The rows of every option, and the struct that they fill. Checks nothing across rows: options.c does.
#pragma once

#include "cli/options.h"
#include "option/opt_table.h"

struct options_words {
    struct options o;
    bool quiet;        // -q
    bool csv;          // --csv
    bool compat;       // --compat
    double rps;        // --rps
    const char *cpus;  // --cpus, or NULL
    const char *until; // --until-precise, or NULL
    const char *wire;  // --wire-ts, or NULL
    struct opt_list tags, asserts;
};

extern const struct opt_table options_table;
