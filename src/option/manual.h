// SPDX-License-Identifier: MIT
// What the program or one of its subcommands says of itself, as data: its --help, its man page and what a
// shell completes are made of it. Knows no subcommand by name.
#pragma once

#include "option/opt_table.h"

#include <stdbool.h>
#include <stdio.h>

struct manual_example {
    const char *command; // without the program's name
    const char *what;    // what it does, or NULL
};

struct manual {
    const char *name;                      // of the subcommand; NULL: the program itself
    const char *summary;                   // for a list of subcommands, without a stop
    const char *const *usage;              // what may stand after the program's name; ends in NULL
    const char *about;                     // paragraphs, with an empty line between two
    const char *const *words;              // first words that it knows, ends in NULL; or NULL
    bool (*is_target)(const char *word);   // which words beside options are its own; NULL: none more
    const struct manual_example *examples; // ends in {0}; or NULL
    const struct opt_table *own;           // its own options
    const struct opt_table *rest;          // those of another manual that it takes as well, or NULL
};

// Usage, the paragraphs, examples and its own options, in the columns of who reads them.
void manual_help(const struct manual *m, FILE *out);

// Prints text broken between words at a column; a line break of its own begins a paragraph or a line anew.
void manual_wrap(FILE *out, const char *text, size_t last_column);
