// SPDX-License-Identifier: MIT
#include "stats/gaps.h"

#include <errno.h>
#include <stdlib.h>

void gaps_reset(struct gaps *g)
{
    g->min_ns = GAPS_MIN_NS;
    g->n = 0;
}

void gaps_free(struct gaps *g)
{
    free(g->list);
    *g = (struct gaps){0};
}

static uint64_t length(const struct gap *g)
{
    return g->to_ns - g->from_ns;
}

static int by_length(const void *a, const void *b)
{
    uint64_t x = length(a), y = length(b);
    return x < y ? -1 : x > y;
}

// Half of them stay, the longer ones.
static void thin(struct gaps *g)
{
    struct gap *sorted = malloc(g->n * sizeof *sorted);
    size_t kept = 0;
    if (sorted) {
        for (size_t i = 0; i < g->n; i++)
            sorted[i] = g->list[i];
        qsort(sorted, g->n, sizeof *sorted, by_length);
        g->min_ns = length(&sorted[g->n / 2]);
    } else {
        g->min_ns *= 2;
    }
    free(sorted);
    for (size_t i = 0; i < g->n; i++)
        if (length(&g->list[i]) > g->min_ns)
            g->list[kept++] = g->list[i];
    g->n = kept;
}

static bool has_room(struct gaps *g)
{
    if (g->n < g->cap)
        return true;
    size_t cap = g->cap ? 2 * g->cap : 16;
    struct gap *list = cap <= GAPS_MAX ? realloc(g->list, cap * sizeof *list) : NULL;
    if (list) {
        g->list = list;
        g->cap = cap;
    } else if (g->n) {
        thin(g);
    }
    return g->n < g->cap;
}

void gaps_note(struct gaps *g, struct gap gap)
{
    if (has_room(g) && length(&gap) > g->min_ns)
        g->list[g->n++] = gap;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t greater(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

// Of those of g, by the part of its time.
static uint64_t missed_in(const struct gap *g, const struct gap *part)
{
    uint64_t from_ns = gaps_start(g), part_ns = greater(gaps_start(part), from_ns);
    if (g->to_ns == GAPS_OPEN || g->to_ns <= from_ns || part_ns >= part->to_ns)
        return g->missed;
    double share = (double)(part->to_ns - part_ns) / (double)(g->to_ns - from_ns);
    return (uint64_t)((double)g->missed * (share < 1 ? share : 1) + 0.5);
}

// What of a lies in b; without a list where there is no memory.
static struct gaps meet(const struct gaps *a, const struct gaps *b)
{
    struct gaps out = {.list = calloc(a->n + b->n + 1, sizeof *out.list), .cap = a->n + b->n + 1};
    for (size_t i = 0, k = 0; out.list && i < a->n && k < b->n;) {
        const struct gap *x = &a->list[i], *y = &b->list[k];
        struct gap both = {.from_ns = greater(x->from_ns, y->from_ns),
                           .owed_ns = lesser(x->owed_ns, y->owed_ns),
                           .to_ns = lesser(x->to_ns, y->to_ns),
                           .broke = x->broke || y->broke};
        both.missed = missed_in(x, &both) + missed_in(y, &both);
        if (both.to_ns > both.from_ns)
            out.list[out.n++] = both;
        if (x->to_ns <= y->to_ns)
            i++;
        else
            k++;
    }
    return out;
}

int gaps_common(struct gaps *out, const struct gaps *const *of, size_t n)
{
    struct gaps common = {
        .list = calloc(of[0]->n + 1, sizeof *common.list), .n = of[0]->n, .cap = of[0]->n + 1};
    for (size_t i = 0; common.list && i < of[0]->n; i++)
        common.list[i] = of[0]->list[i];
    for (size_t i = 1; common.list && i < n; i++) {
        struct gaps next = meet(&common, of[i]);
        free(common.list);
        common = next;
    }
    *out = common.list ? common : (struct gaps){0};
    return common.list ? 0 : -ENOMEM;
}
