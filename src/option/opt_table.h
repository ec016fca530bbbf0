// SPDX-License-Identifier: MIT
// What a table of options is made of: rows, and what is said of them. Only data; knows no option by name.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    OPT_ALSO = 2,   // accepted for old scripts: told at the end of --help
    OPT_BRIEF = 4,  // of those that most people want: told by a brief help too
};

#define OPT_OURS NULL // no other tool has it

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
    const char *tools;        // who else has it under its letter, or under its name where it has no letter
    size_t offset, size;      // of the field
    uint64_t lo, hi;          // of numbers; ns for durations
    const char *initial;      // default as one would type it; NULL: zero (true for OPT_UNFLAG)
    const char *compat;       // default in the other tools' place, where it differs
    const char *const *names; // OPT_ENUM, ends in NULL
    const char *bare;         // the value may be left out, and this is it then; else it stands behind an =
    const char *metavar;
    const char *help; // one sentence without its stop
};

#define OPT_ROWS_MAX 160

// Which rows were given; a field of what is filled.
struct opt_given {
    bool row[OPT_ROWS_MAX];
};

// Options of other tools that there are not.
struct opt_absent {
    const char *const *names; // with their dashes, ends in NULL; NULL ends the list of these
    const char *instead;      // what there is
};

struct opt_table {
    const struct opt *rows;
    size_t n;
    const struct opt_absent *absent; // or NULL
    size_t given;                    // offset of a struct opt_given; 0: there is none
};
