// SPDX-License-Identifier: MIT
// The JSON document of an experiment of any kind (docs/json.md): one head, and the tests beneath it. Never
// measures; knows of no kind what is its own.
#pragma once

#include "report/parts/value.h"
#include "stats/facts.h"

#include <stdio.h>

// What a kind of experiment adds. Each list of fields ends in {0} and is taken, as the tests are.
struct document {
    const char *kind;            // "run", "compare", "aa", "saturate", "sweep"
    const struct field *setup;   // how it was asked for
    const struct field *servers; // whom it measured
    json_t *tests;
    const struct field *judged; // what all tests were held against; NULL: nothing
};

// The whole as one object, with a newline after it. 0, or -1 with err where it could not be written or memory
// was missing.
int document_write(FILE *out, const struct run_facts *facts, const struct document *d, struct err *err);

// Likewise, of one server that was measured many times; takes tests.
int document_write_trials(FILE *out, const char *kind, const struct run_facts *facts, json_t *tests,
                          struct err *err);
