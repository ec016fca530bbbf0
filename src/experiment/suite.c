// SPDX-License-Identifier: MIT
#include "experiment/suite.h"

#include <string.h>

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

void suite_run(const struct workload *w, const struct stopper *stop,
               bool (*test)(void *x, const struct test *row), void *x)
{
    struct suite suite = suite_of(w);
    const struct test *row;
    while (suite_next(&suite, &row))
        if (!test(x, row) || stop->signal)
            break;
}

char *suite_title(const struct workload *w, const struct test *row)
{
    if (row)
        return strdup(row->title);
    struct slice name = w->command.at[0];
    return strndup(name.at, name.len);
}

unsigned suite_count(struct suite s)
{
    const struct test *row;
    unsigned n = 0;
    while (suite_next(&s, &row))
        n++;
    return n;
}
