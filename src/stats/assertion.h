// SPDX-License-Identifier: MIT
// A demand on a result, as in "get.p99<1ms": read from the command line, held against what was measured.
// Pure: no I/O, no heap, never prints.
#pragma once

#include "base/err.h"
#include "stats/metric.h"

enum assertion_op { ASSERT_LT, ASSERT_LE, ASSERT_GT, ASSERT_GE, ASSERT_EQ, ASSERT_NE };

struct assertion {
    const char *text; // as given; the path points into it
    struct metric_path path;
    enum assertion_op op;
    double limit; // in the metric's unit
};

// One assertion of one test.
struct assertion_result {
    const struct assertion *of;
    const struct summary *test; // NULL: nothing was measured that has such a figure
    struct figure figure;
    bool held;
};

// Reads [TEST.]METRIC OP VALUE; spaces around the operator are allowed. 0, or -1 with err, which shows a
// right one.
int assertion_parse(const char *text, struct assertion *out, struct err *err);

// Holds it against one test. A figure that is only a lower bound can break "<", "<=" and "==", never keep
// them; no figure keeps nothing.
bool assertion_holds(const struct assertion *a, struct figure f);

// As many results as n assertions have at most.
size_t assertion_room(size_t n, const struct summary *tests, size_t ntests);

// Every assertion against every test it speaks of, and against the commands of a mix that it names: fills
// list, which has that room, and answers how many there are, at least one of each assertion.
size_t assertion_judge(const struct assertion *list_of, size_t n, const struct summary *tests, size_t ntests,
                       struct assertion_result *list);

// Why it did not hold, or what was measured: "0.412ms", "at least 1.20ms", "no such figure was measured".
#define ASSERTION_TEXT 64
char *assertion_measured(const struct assertion_result *r, char dst[ASSERTION_TEXT]);
