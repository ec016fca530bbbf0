// SPDX-License-Identifier: MIT
#include "stats/timeline.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_NS 1000.0

int timeline_init(struct timeline *t, int digits)
{
    *t = (struct timeline){
        .bin_ns = TIMELINE_BIN_NS, .bins = calloc(TIMELINE_BINS, sizeof *t->bins), .all = hist_new(digits)};
    return t->bins && t->all ? 0 : -ENOMEM;
}

void timeline_reset(struct timeline *t)
{
    t->bin_ns = TIMELINE_BIN_NS;
    t->n = 0;
    memset(t->bins, 0, TIMELINE_BINS * sizeof *t->bins);
    hist_reset(t->all);
}

void timeline_free(struct timeline *t)
{
    free(t->bins);
    hist_free(t->all);
    *t = (struct timeline){0};
}

// --- adding ---

static void add_bin(struct timeline_bin *to, const struct timeline_bin *from)
{
    to->ok += from->ok;
    to->errors += from->errors;
    for (unsigned i = 0; i < TIMELINE_LEVELS; i++)
        to->levels[i] += from->levels[i];
}

static void coarsen(struct timeline *t)
{
    for (unsigned i = 0; i < TIMELINE_BINS / 2; i++) {
        struct timeline_bin sum = t->bins[2 * i];
        add_bin(&sum, &t->bins[2 * i + 1]);
        t->bins[i] = sum;
    }
    memset(t->bins + TIMELINE_BINS / 2, 0, TIMELINE_BINS / 2 * sizeof *t->bins);
    t->n = (t->n + 1) / 2;
    t->bin_ns *= 2;
}

uint64_t timeline_edge(unsigned level)
{
    return (uint64_t)llround(LEAST_NS * pow(10, (double)(level + 1) / TIMELINE_DECADE));
}

// The level that the value lies in, at most the last.
static unsigned level_of(uint64_t ns)
{
    double level = ceil(log10((double)ns / LEAST_NS) * TIMELINE_DECADE) - 1;
    return level < 0 ? 0 : level < TIMELINE_LEVELS ? (unsigned)level : TIMELINE_LEVELS - 1;
}

static void fill(void *ctx, uint64_t ns, uint64_t n)
{
    struct timeline_bin *bin = ctx;
    bin->levels[level_of(ns)] += (uint32_t)n;
}

void timeline_add(struct timeline *t, uint64_t start_ns, uint64_t ok, uint64_t errors, struct slice latency)
{
    while (start_ns / t->bin_ns >= TIMELINE_BINS)
        coarsen(t);
    unsigned at = (unsigned)(start_ns / t->bin_ns);
    struct timeline_bin *bin = &t->bins[at];
    t->n = at >= t->n ? at + 1 : t->n;
    bin->ok += ok;
    bin->errors += errors;
    if (!latency.len)
        return;
    hist_add_cells(t->all, latency);
    hist_cells_walk(t->all, latency, fill, bin);
}

// --- reading ---

void timeline_sum(const struct timeline *t, unsigned first, unsigned bins, struct timeline_bin *out)
{
    *out = (struct timeline_bin){0};
    for (unsigned i = first; i < first + bins && i < t->n; i++)
        add_bin(out, &t->bins[i]);
}

uint64_t timeline_quantile(const struct timeline *t, unsigned first, unsigned bins, double q)
{
    struct timeline_bin sum;
    uint64_t all = 0, seen = 0;
    timeline_sum(t, first, bins, &sum);
    for (unsigned i = 0; i < TIMELINE_LEVELS; i++)
        all += sum.levels[i];
    uint64_t rank = (uint64_t)ceil(q * (double)all);
    for (unsigned i = 0; all && i < TIMELINE_LEVELS; i++) {
        seen += sum.levels[i];
        if (seen >= (rank ? rank : 1))
            return timeline_edge(i);
    }
    return 0;
}
