// SPDX-License-Identifier: MIT
// The tests of redis-benchmark and valkey-benchmark, one row each, in the order in which they run; and what
// is known of commands that a user gives.
#pragma once

#include "base/slice.h"

// How a command reads, and so what a hit is.
enum reads {
    READS_NOTHING, // writes, or has nothing to miss
    READS_ONE,     // a null or an empty aggregate is a miss
    READS_MANY,    // each null in the array is a miss, each other element a hit
    READS_COUNT,   // 0 is a miss
};

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

// The first name in list that selects no row, or an empty slice.
struct slice catalog_unknown(const char *list);

// The catalogue's distinct names, for suggestions: NULL-terminated, in order.
size_t catalog_names(const char **names, size_t max, char *storage, size_t storage_len);

enum reads catalog_reads(struct slice command);

// Whether it changes nothing, so that a replica can answer it.
bool catalog_only_reads(struct slice command);

// Whether it leaves what it would leave if it were carried out once more, so that who does not know whether
// it was may ask it again. The table of what --retry sends again.
bool catalog_idempotent(struct slice command);

// Whether the command reads strings that a plain SET of its first argument would have written.
bool catalog_reads_strings(struct slice command);
