// SPDX-License-Identifier: MIT
#include "history/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gathering {
    struct run_figures *figures;
    bool starved;
};

static bool gather(void *ctx, const struct history_point *p)
{
    struct gathering *g = ctx;
    struct run_figures *f = g->figures;
    if ((f->n & (f->n - 1)) == 0) { // a power of two is full
        struct run_figure *list = realloc(f->list, (f->n ? 2 * f->n : 1) * sizeof *list);
        g->starved = !list;
        if (!list)
            return false;
        f->list = list;
    }
    struct run_figure *one = &f->list[f->n++];
    *one = (struct run_figure){.run = p->run, .value = p->value, .at_least = p->at_least};
    snprintf(one->test, sizeof one->test, "%s", p->test);
    return true;
}

static int by_run(const void *a, const void *b)
{
    const struct run_figure *x = a, *y = b;
    return x->run < y->run ? -1 : x->run > y->run ? 1 : strcmp(x->test, y->test);
}

int figures_read(struct run_figures *out, struct history *h, const struct metric_path *what, struct err *err)
{
    *out = (struct run_figures){0};
    struct gathering g = {out, false};
    int rc = what ? walk_points(h, &(struct history_pick){.figure = *what}, gather, &g, err) : 0;
    if (g.starved)
        rc = err_set(err, ERR_RUN, "not enough memory for a list of figures");
    if (rc < 0)
        figures_free(out);
    else if (out->n)
        qsort(out->list, out->n, sizeof *out->list, by_run);
    return rc;
}

void figures_free(struct run_figures *f)
{
    free(f->list);
    *f = (struct run_figures){0};
}

size_t figures_of(const struct run_figures *f, int64_t run, const struct run_figure **first)
{
    size_t low = 0, high = f->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->list[middle].run < run)
            low = middle + 1;
        else
            high = middle;
    }
    *first = f->list + low;
    size_t n = 0;
    while (low + n < f->n && f->list[low + n].run == run)
        n++;
    return n;
}
