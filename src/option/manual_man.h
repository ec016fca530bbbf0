// SPDX-License-Identifier: MIT
// Manuals as man pages: one for the program, one for each subcommand. Knows no subcommand by name.
#pragma once

#include "option/manual.h"
#include "option/manual_rows.h"

#define MANUAL_MAN_NAME 64

// A section that no table of options can tell: paragraphs, or rows.
struct manual_man_section {
    const char *name;
    const char *text; // with an empty line between two paragraphs; or NULL
    const struct manual_row *rows;
};

struct manual_man {
    const struct manual *const *manuals;       // the program's own first; ends in NULL
    const char *version, *released;            // of the program
    const struct manual_man_section *own;      // behind the options of the program's own page; ends in {0}
    const struct manual_man_section *of_every; // behind those of every page; ends in {0}
};

// One page in man(7).
void manual_man(const struct manual_man *book, const struct manual *m, FILE *out);
