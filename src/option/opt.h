// SPDX-License-Identifier: MIT
// The parser of a table of options: argv in, a filled struct out. Knows no option by name, and never prints
// or exits.
#pragma once

#include "base/err.h"
#include "base/slice.h"
#include "option/opt_table.h"

#include <stdbool.h>

// A walk over argv.
struct opt_cursor {
    int argc;
    char **argv;
    int at; // the next word; after the walk, the first that is no option
};

struct opt_word {
    const struct opt *row; // NULL: unknown
    struct slice name;     // as typed, with its dashes
    char *value;           // NULL: none
};

// Takes the next option and its value. False at the first word that does not start with "-", or after "--".
bool opt_next(const struct opt_table *t, struct opt_cursor *c, struct opt_word *w);

// Whether an option of that name ("--compat", "-v") stands in argv, before anything is checked.
bool opt_seen(const struct opt_table *t, struct opt_cursor c, const char *name);

// Writes every row's default into the struct, none of which was given.
void opt_defaults(const struct opt_table *t, void *into, bool compat);

// Reads options into the struct and leaves c at the first word that is none. With clamp, a number out of
// range becomes the nearest inside, and text that is no number counts as its leading digits, or 0. 0, or -1
// with err.
int opt_parse(const struct opt_table *t, struct opt_cursor *c, void *into, bool clamp, struct err *err);

// Sets one option as if it had been typed, with a value that stays where it is. 0, or -1 with err.
int opt_set(const struct opt_table *t, const char *name, const char *value, void *into, struct err *err);

// Whether an option of that name was read or set since the defaults: did the user say it?
bool opt_given(const struct opt_table *t, const void *from, const char *name);

// The row of an option as typed, or NULL.
const struct opt *opt_find(const struct opt_table *t, struct slice name);

// Whether the option is followed by a value.
bool opt_takes_value(const struct opt *row);
