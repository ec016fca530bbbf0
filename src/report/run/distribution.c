// SPDX-License-Identifier: MIT
#include "report/run/distribution.h"

#include "report/parts/sheet.h"
#include "report/parts/unit.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define NS_PER_MS 1e6
#define BAR 50        // columns of all requests
#define LEAST_NS 1000 // no finer edge

// Edges within each decade, the finest first: the first that needs few enough lines is taken.
static const char *const grids[] = {"123456789", "125", "13", "1"};

static uint64_t decade_of(uint64_t ns)
{
    uint64_t decade = LEAST_NS;
    while (ns >= 10 * decade)
        decade *= 10;
    return decade;
}

// The next edge above this one, on a grid.
static uint64_t edge_after(const char *grid, uint64_t edge)
{
    uint64_t decade = decade_of(edge);
    for (const char *digit = grid; *digit; digit++)
        if ((uint64_t)(*digit - '0') * decade > edge)
            return (uint64_t)(*digit - '0') * decade;
    return (uint64_t)(*grid - '0') * 10 * decade;
}

struct lines {
    FILE *out; // NULL: they are only counted
    uint64_t total, printed;
    unsigned n;
};

static void print_line(struct lines *l, uint64_t ns, uint64_t cumulative)
{
    char percent[UNIT_TEXT], line[96];
    double ms = (double)ns / NS_PER_MS;
    int decimals = ms >= 1 ? 0 : -(int)floor(log10(ms) + 1e-9);
    int bar = (int)lround(BAR * (double)(cumulative - l->printed) / (double)l->total);
    snprintf(line, sizeof line, "%s%% <= %.*f milliseconds", unit_percent(cumulative, l->total, 2, percent),
             decimals, decimals ? ms : ceil(ms));
    fprintf(l->out, "%s" WIDE_ON "%*s" PAINT_DIM, line, (int)(strlen(line) < 32 ? 32 - strlen(line) : 1), "");
    for (int i = 0; i < bar; i++)
        fputs("█", l->out);
    fputs(PAINT_OFF WIDE_OFF "\n", l->out);
}

static void walk(struct lines *l, const struct hist *h, const char *grid)
{
    l->total = hist_count(h);
    uint64_t edge = hist_min(h) ? hist_min(h) - 1 : 0;
    while (l->total && l->printed < l->total) {
        edge = edge < HIST_TOP_NS ? edge_after(grid, edge) : hist_max(h);
        uint64_t upto = hist_count_upto(h, edge);
        if (upto == l->printed)
            continue;
        if (l->out)
            print_line(l, edge, upto);
        l->printed = upto;
        l->n++;
    }
}

void distribution_text(FILE *out, const struct hist *h)
{
    const char *const *grid = grids, *const *last = grids + sizeof grids / sizeof *grids - 1;
    for (; grid < last; grid++) {
        struct lines counted = {0};
        walk(&counted, h, *grid);
        if (counted.n <= DISTRIBUTION_LINES)
            break;
    }
    walk(&(struct lines){.out = out}, h, *grid);
}
