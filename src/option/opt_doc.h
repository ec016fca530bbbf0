// SPDX-License-Identifier: MIT
// A table of options in words: --help, Markdown, and the parts of sentences about a row. Reads no argv.
#pragma once

#include "option/opt_table.h"

#include <stdbool.h>
#include <stdio.h>

#define OPT_TEXT 96

// "-c, --clients"
char *opt_doc_names(const struct opt *row, char dst[OPT_TEXT]);

// "1 to 1M" in the units of the kind, the words of an enum; "" where anything goes.
char *opt_doc_range(const struct opt *row, char dst[OPT_TEXT]);

// How a help is laid out.
struct opt_doc_form {
    unsigned columns; // at most
    bool compat;      // with the defaults in other tools' place
    bool brief;       // only the rows that most people want, and the first clause of each
};

// The rows, grouped.
void opt_doc_help(const struct opt_table *t, FILE *out, const struct opt_doc_form *form);

// A table for each category.
void opt_doc_markdown(const struct opt_table *t, FILE *out);
