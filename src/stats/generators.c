// SPDX-License-Identifier: MIT
#include "stats/generators.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int generators_add(struct generators *g, const struct generator *one)
{
    struct generator *more = realloc(g->at, (g->n + 1) * sizeof *more);
    if (!more)
        return -ENOMEM;
    g->at = more;
    g->at[g->n++] = *one;
    return 0;
}

void generators_free(struct generators *g)
{
    free(g->at);
    *g = (struct generators){0};
}

uint64_t generators_settle(struct generators *g)
{
    uint64_t first_ns = UINT64_MAX, last_ns = 0;
    for (unsigned i = 0; i < g->n; i++)
        first_ns = g->at[i].start_ns < first_ns ? g->at[i].start_ns : first_ns;
    for (unsigned i = 0; i < g->n; i++) {
        g->at[i].late_ns = g->at[i].start_ns - first_ns;
        uint64_t end_ns = g->at[i].late_ns + g->at[i].wall_ns;
        last_ns = end_ns > last_ns ? end_ns : last_ns;
    }
    return last_ns;
}

uint64_t generators_skew(const struct generators *g)
{
    uint64_t most_ns = 0;
    for (unsigned i = 0; i < g->n; i++)
        most_ns = g->at[i].late_ns > most_ns ? g->at[i].late_ns : most_ns;
    return most_ns;
}

uint64_t generators_clock_error(const struct generators *g)
{
    uint64_t most_ns = 0;
    for (unsigned i = 0; i < g->n; i++)
        most_ns = g->at[i].clock_error_ns > most_ns ? g->at[i].clock_error_ns : most_ns;
    return most_ns;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

unsigned generators_hosts(const struct generators *g)
{
    const char **names = calloc(g->n + 1, sizeof *names);
    unsigned hosts = 0;
    for (unsigned i = 0; names && i < g->n; i++)
        names[i] = g->at[i].host;
    if (names)
        qsort(names, g->n, sizeof *names, by_name);
    for (unsigned i = 0; names && i < g->n; i++)
        hosts += i == 0 || strcmp(names[i], names[i - 1]) != 0;
    free(names);
    return hosts;
}

bool generators_missing(const struct generators *g, char why[static GENERATORS_WHY])
{
    if (g->n == 0 || g->n >= g->asked)
        return false;
    snprintf(why, GENERATORS_WHY, "%u of %u generators missing: the load was less than asked for",
             g->asked - g->n, g->asked);
    return true;
}

unsigned generators_limited(const struct generators *g, const struct generator **first)
{
    unsigned n = 0;
    *first = NULL;
    for (unsigned i = 0; i < g->n; i++) {
        if (strcmp(g->at[i].limited_by, "CLIENT") != 0)
            continue;
        *first = *first ? *first : &g->at[i];
        n++;
    }
    return n;
}
