// SPDX-License-Identifier: MIT
#include "option/opt_man.h"

#include "option/opt_doc.h"
#include "option/roff.h"

#include <string.h>

static void names(const struct opt *row, FILE *out)
{
    char letter[] = {'-', row->letter, 0};
    if (row->letter)
        roff_bold(out, letter);
    if (row->letter && row->name)
        fputs(", ", out);
    if (row->name) {
        char name[OPT_TEXT];
        snprintf(name, sizeof name, "--%s", row->name);
        roff_bold(out, name);
    }
    if (row->metavar) {
        fputs(row->bare ? "" : " ", out);
        roff_italic(out, row->metavar);
    }
    fputc('\n', out);
}

static void meaning(const struct opt *row, FILE *out)
{
    char range[OPT_TEXT];
    roff_text(out, row->help);
    fputs(".\n", out);
    opt_doc_range(row, range);
    if (range[0]) {
        fputs("Values: ", out);
        roff_text(out, range);
        fputs(".\n", out);
    }
    if (row->initial) {
        fputs("Default: ", out);
        roff_text(out, row->initial);
        fputs(".\n", out);
    }
}

void opt_man(const struct opt_table *t, FILE *out)
{
    const char *category = "";
    for (const struct opt *row = t->rows; row < t->rows + t->n; row++) {
        if (strcmp(category, row->category) != 0)
            roff_subsection(out, row->category);
        category = row->category;
        roff_item(out);
        names(row, out);
        meaning(row, out);
    }
}
