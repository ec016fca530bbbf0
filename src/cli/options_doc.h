// SPDX-License-Identifier: MIT
// What the table of options says of itself. Reads no argv.
#pragma once

#include "cli/options_table.h"

#include <stdio.h>

// A code or a variable, and what it means, without a stop.
struct options_exit {
    const char *code, *meaning;
};
extern const struct options_exit options_exits[], options_environment[]; // end in {0}
extern const char options_numbers[];                                     // how numbers are written

void options_doc_help(FILE *out, enum persona persona); // --help
void options_doc_markdown(FILE *out);                   // docs/options.md, whole
