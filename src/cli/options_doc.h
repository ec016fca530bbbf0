// SPDX-License-Identifier: MIT
// What the table of options says of itself. Reads no argv.
#pragma once

#include "cli/options_table.h"
#include "option/manual_rows.h"

#include <stdbool.h>
#include <stdio.h>

extern const struct manual_row options_doc_exits[], options_doc_environment[];
extern const char options_doc_numbers[]; // how numbers are written

// --help: the options that most people want, or all of them and what else there is to know.
void options_doc_help(FILE *out, enum persona persona, bool all);
void options_doc_markdown(FILE *out); // docs/options.md, whole
