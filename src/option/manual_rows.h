// SPDX-License-Identifier: MIT
// Words with what they mean, one row each, such as exit codes: for a help, a man page, and Markdown. Knows
// none of them.
#pragma once

#include <stdio.h>

// Lists of them end in {0}.
struct manual_row {
    const char *word, *meaning; // a sentence without its stop
};

// "  10      a sentence", the lines below it indented, up to a column.
void manual_rows_help(const struct manual_row *rows, FILE *out, size_t last_column);

// A tagged paragraph each.
void manual_rows_man(const struct manual_row *rows, FILE *out);

// A table under head; words that begin like an option are code.
void manual_rows_markdown(const struct manual_row *rows, FILE *out, const char *head);
