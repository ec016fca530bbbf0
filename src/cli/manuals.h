// SPDX-License-Identifier: MIT
// What the program and each of its subcommands says of itself; each stands where its command is read. Also
// the whole as man pages (sections that a table of options cannot tell come from here).
#pragma once

#include "option/manual.h"

extern const struct manual manuals_help; // that of `hkv-bench help`

// The program's own first; ends in NULL.
extern const struct manual *const manuals[];

// That of a subcommand, or NULL.
const struct manual *manuals_find(const char *name);

// One page in man(7).
void manuals_man(const struct manual *m, FILE *out);

// What bash, zsh or fish needs to complete a command line. False where the shell is another one.
bool manuals_completion(const char *shell, FILE *out);
