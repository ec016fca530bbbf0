// SPDX-License-Identifier: MIT
// One figure of every run, to stand beside the run in a list. Never prints.
#pragma once

#include "history/walk.h"

struct run_figure {
    int64_t run;
    char test[64];
    double value;
    bool at_least;
};

struct run_figures {
    struct run_figure *list; // by run
    size_t n;
};

// 0 with figures to be freed, or -1 with err and nothing to free. what NULL: none.
int figures_read(struct run_figures *out, struct history *h, const struct metric_path *what, struct err *err);
void figures_free(struct run_figures *f);

// Those of a run: answers how many, the first at *first.
size_t figures_of(const struct run_figures *f, int64_t run, const struct run_figure **first);
