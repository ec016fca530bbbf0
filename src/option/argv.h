// SPDX-License-Identifier: MIT
// The words of a subcommand that has options of its own beside those of another table, taken apart. Checks no
// value: that is for whoever parses the parts.
#pragma once

#include "option/opt.h"

// own and rest begin with the program's name, as opt_parse expects. The words are argv's.
struct argv_parts {
    char **own;     // options of the subcommand
    char **targets; // words in front of the command that are targets
    char **rest;    // options of the rest, unknown ones among them; then "--" and the user's command, if any
    int own_n, targets_n, rest_n;
    int options_n; // of rest, the program's name among them
};

// Who takes which words. What follows "--" or the first word that is neither option nor target is the user's
// command, whatever it looks like.
struct argv_rule {
    char *program;                       // the first word of own and of rest
    const struct opt_table *own, *rest;  // where both know an option, it is the subcommand's own
    bool (*is_target)(const char *word); // which words that are no option stand for targets; NULL: none do
};

// 0 with parts to be freed, or -1 with err.
int argv_split(struct argv_parts *p, const struct argv_rule *rule, struct opt_cursor c, struct err *err);
void argv_free(struct argv_parts *p);
