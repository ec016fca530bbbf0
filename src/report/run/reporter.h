// SPDX-License-Identifier: MIT
// What every format of a run's report has. A reporter writes to the FILE it is given; it never measures and
// never reads a clock.
#pragma once

#include "stats/facts.h"
#include "stats/summary.h"

#include <stdio.h>

struct reporter {
    const char *name;
    // Before the first test (may be NULL), after each test (skipped ones too), after the last of the tests
    // that have names (may be NULL), and after that, or the user's own command, what all of it comes to (may
    // be NULL).
    void (*begin)(FILE *out, const struct run_facts *facts);
    void (*test)(FILE *out, const struct summary *s);
    void (*end)(FILE *out, const struct run_facts *facts);
    void (*sum_up)(FILE *out, const struct summary *tests, size_t n);
};
