// SPDX-License-Identifier: MIT
// What every format of a comparison's report has. Only data.
#pragma once

#include "stats/compare_facts.h"

#include <stdio.h>

struct compare_reporter {
    const char *name;
    void (*begin)(FILE *out, const struct compare_facts *facts);
    void (*test)(FILE *out, const struct comparison *c); // one test
    void (*end)(FILE *out, const struct compare_facts *facts, const struct comparison *all, size_t n);
};
