// SPDX-License-Identifier: MIT
// What `hkv-bench options` takes, and what it says of itself. Prints nothing: the manuals of all commands are
// a list that this one is in, and its command prints them.
#pragma once

#include "option/manual.h"

#include <stdbool.h>

struct cmd_options_words {
    const char *man, *shell;
    bool help;
};

extern const struct opt_table cmd_options_words_table;
extern const struct manual cmd_options_words_manual;
