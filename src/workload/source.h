// SPDX-License-Identifier: MIT
// A workload file taken apart: names and values, each with its line and column. Knows no option and no
// command.
#pragma once

#include "base/err.h"
#include "base/slice.h"

// Counted from 1, as editors do.
struct source_place {
    unsigned line, column;
};

struct source_pair {
    const char *name, *value; // of the document
    struct source_place at, value_at;
};

struct source_pairs {
    struct source_pair *at;
    unsigned n;
    struct source_place place;
};

// A list of commands; one that is text alone is a pair with the name "command".
struct source_commands {
    struct source_pairs *at;
    unsigned n;
};

struct source {
    const char *description; // or NULL
    struct source_pairs options;
    struct source_commands commands, fill;
    void *document; // that all text is of
};

// file: its name in a complaint, "ycsb.yaml:3:5: ...". 0 with out to be freed, or -1 with err.
int source_read(struct source *out, const char *file, struct slice text, struct err *err);
void source_free(struct source *w);

// The value of a name, or NULL.
const struct source_pair *source_find(const struct source_pairs *p, const char *name);

// Writes "FILE:LINE:COLUMN: " and the sentence; answers -1.
int source_refuse(const char *file, struct source_place at, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
