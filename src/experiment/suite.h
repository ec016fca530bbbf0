// SPDX-License-Identifier: MIT
// Which tests are measured, in which order: the user's own command, or those rows of the catalogue that -t
// names.
#pragma once

#include "experiment/workload.h"
#include "load/catalog.h"
#include "run/stopper.h"

struct suite {
    const char *tests; // -t, or NULL: all
    bool command;      // the user's own, in the place of all others
    bool redis;        // where -t says nothing, only those that redis-benchmark has
    size_t at;         // how many were looked at so far
};

struct suite suite_of(const struct workload *w);

// The next one; NULL is the user's command. False after the last.
bool suite_next(struct suite *s, const struct test **row);

// One after the other, until test, which gets x, answers that no other makes sense, or a signal has come.
void suite_run(const struct workload *w, const struct stopper *stop,
               bool (*test)(void *x, const struct test *row), void *x);

// What it is called before it has run, to be freed.
char *suite_title(const struct workload *w, const struct test *row);

unsigned suite_count(struct suite s); // that are still to come
