// SPDX-License-Identifier: MIT
// The option table engine: rows in; parser, --help and Markdown out. Knows no option by name, and never
// prints by itself or exits.
#pragma once

#include "base/err.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum opt_kind {
    OPT_FLAG,     // bool, true when the option is there
    OPT_UNFLAG,   // bool, false when the option is there
    OPT_BOOL,     // bool, 0 or 1
    OPT_COUNT,    // an integer of 2, 4 or 8 bytes
    OPT_BYTES,    // the same, written as a size
    OPT_DURATION, // uint64_t ns; a bare number is seconds
    OPT_RATE,     // double
    OPT_STRING,   // const char *, left where argv or the default has it; lo is the fewest bytes
    OPT_LIST,     // struct opt_list: an OPT_STRING that may be given several times
    OPT_ENUM,     // an enum counted from 0: the place in names
};

enum opt_mark {
    OPT_STRICT = 1, // out of range is refused even where the parser clamps
    OPT_ALSO = 2,   // accepted for old scripts, without effect: not worth a line of its own in --help
};

// Who else has the option under its letter, or under its name where it has no letter.
enum opt_tool { OPT_OURS = 0, OPT_REDIS = 1, OPT_VALKEY = 2, OPT_BOTH = OPT_REDIS | OPT_VALKEY };

#define OPT_LIST_MAX 32

struct opt_list {
    unsigned n;
    const char *at[OPT_LIST_MAX]; // in the order of argv
};

struct opt {
    const char *category; // rows of one category stand together
    char letter;          // 0: none
    const char *name;     // long name without dashes, or NULL
    enum opt_kind kind;
    unsigned marks;           // enum opt_mark
    unsigned tools;           // enum opt_tool
    size_t offset, size;      // of the field
    uint64_t lo, hi;          // of numbers; ns for durations
    const char *initial;      // default as one would type it; NULL: zero (true for OPT_UNFLAG)
    const char *compat;       // default in the other tools' place, where it differs
    const char *const *names; // OPT_ENUM, ends in NULL
    const char *bare;         // the value may be left out, and this is it then; else it stands behind an =
    const char *metavar;
    const char *help; // one sentence without its stop
};

#define OPT_ROWS_MAX 64

// Options of other tools that there are not.
struct opt_absent {
    const char *const *names; // with their dashes, ends in NULL; NULL ends the list of these
    const char *instead;      // what there is
};

struct opt_table {
    const struct opt *rows;
    size_t n;
    const struct opt_absent *absent; // or NULL
};

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

// Writes every row's default into the struct.
void opt_defaults(const struct opt_table *t, void *into, bool compat);

// Reads options into the struct and leaves c at the first word that is none. With clamp, a number out of
// range becomes the nearest inside, and text that is no number counts as its leading digits, or 0. 0, or -1
// with err.
int opt_parse(const struct opt_table *t, struct opt_cursor *c, void *into, bool clamp, struct err *err);

// The row of an option as typed, or NULL.
const struct opt *opt_find(const struct opt_table *t, struct slice name);

#define OPT_TEXT 96

// "-c, --clients"
char *opt_names(const struct opt *row, char dst[OPT_TEXT]);

// "1 to 1M" in the units of the kind, the words of an enum; "" where anything goes.
char *opt_range(const struct opt *row, char dst[OPT_TEXT]);

// Whether the option is followed by a value.
bool opt_takes_value(const struct opt *row);

// All rows, grouped, in at most 100 columns.
void opt_help(const struct opt_table *t, FILE *out, bool compat);

// A table for each category.
void opt_markdown(const struct opt_table *t, FILE *out);
