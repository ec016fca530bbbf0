// SPDX-License-Identifier: MIT
#include "experiment/suite.h"

static bool has(const struct suite *s, const struct test *row)
{
    return catalog_selects(s->tests, row) && !(s->redis && row->valkey && !s->tests);
}

struct suite suite_of(const struct workload *w)
{
    return (struct suite){.tests = w->tests, .command = w->command.n > 0};
}

bool suite_next(struct suite *s, const struct test **row)
{
    *row = NULL;
    if (s->command)
        return s->at++ == 0;
    while (s->at < catalog_len)
        if (has(s, &catalog[s->at++])) {
            *row = &catalog[s->at - 1];
            return true;
        }
    return false;
}

unsigned suite_count(struct suite s)
{
    const struct test *row;
    unsigned n = 0;
    while (suite_next(&s, &row))
        n++;
    return n;
}
