// SPDX-License-Identifier: MIT
// The tests of redis-benchmark and valkey-benchmark, one row each, in the order in which they run.
// What is known of their commands is in load/command_table.h.
#pragma once

#include "base/slice.h"

struct test {
    const char *names;   // what -t selects it by, separated by commas; the first is its own alone
    const char *title;   // in reports
    const char *command; // arguments separated by spaces, with placeholders
    const char *one_key; // the command for -r 0 where it differs, or NULL
    const char *reply;   // its shape (shape_of)
    bool raw;            // an inline command: no RESP framing
    bool valkey;         // not among redis-benchmark's tests
};

extern const struct test catalog[];
extern const size_t catalog_len;

// Whether -t's list (comma-separated, case ignored; NULL: all) selects the row.
bool catalog_selects(const char *list, const struct test *row);

// The row whose own name it is, case ignored, or NULL.
const struct test *catalog_find(struct slice name);

// The first name in list that selects no row, or an empty slice.
struct slice catalog_unknown(const char *list);

// The catalogue's distinct names, for suggestions: NULL-terminated, in order.
size_t catalog_names(const char **names, size_t max, char *storage, size_t storage_len);
