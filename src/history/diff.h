// SPDX-License-Identifier: MIT
// Two runs of a history beside each other, test by test. One run each says little of chance: what is smaller
// than its noise is called neither better nor worse, and what is not is still no verdict. Never prints.
#pragma once

#include "history/walk.h"

struct diff_test {
    char test[64];
    struct figure figures[2][METRICS];    // of A, of B
    char why[LOAD_WHY];                   // in what they were asked otherwise; "": in nothing
    bool in[2];                           // whether the run has it
    double errors[2][COMPARISON_METRICS]; // standard errors over the value, within each run; 0: unknown
    struct history_asked asked;           // of A
};

struct diff_run {
    int64_t id;
    char started[32], kind[16], tags[128];
    char server[96], target[96], engine[32],
        host[160]; // where one of these differs, more than the server may
};

struct diff {
    struct diff_run runs[2];
    struct diff_test *tests;
    size_t n;
};

// 0 with a diff to be freed, or -1 with err and nothing to free.
int diff_read(struct diff *out, struct history *h, const int64_t runs[2], struct err *err);
void diff_free(struct diff *d);

// (B - A) / A, where there are both and A is not 0. False where there is no such number.
bool diff_change(const struct diff_test *t, enum metric m, double *change);

// How large a change may be by chance alone: what a comparison takes for equivalent, at least 2 %, and twice
// the standard error of the difference where that is known.
double diff_noise(const struct diff_test *t, enum metric m);

// Whether B is better (1) or worse (-1) by more than that; 0: neither, or not like with like.
int diff_direction(const struct diff_test *t, enum metric m);
