// SPDX-License-Identifier: MIT
// A kept result that stands for the first target of a comparison. Reads the history and closes it; never
// measures.
#pragma once

#include "base/buf.h"
#include "experiment/compare_conf.h"

struct baseline {
    struct baseline_test {
        char test[64], *title;
        struct comparison_baseline found;
    } * tests;
    size_t n;
    int64_t run;
    char started[32], server[64], version[64], where[192], engine[32], tool[96];
    char names[512];     // of the tests, for -t
    struct buf document; // of that run, as it is kept: a NUL at its end
};

// Reads what conf names. 0, or -1 with err; baseline_close in either case.
int baseline_open(struct baseline *p, const struct compare_conf *conf, int stop_fd, struct err *err);
void baseline_close(struct baseline *p);

// What it has of this test and metric, or NULL with the reason.
const struct comparison_baseline *baseline_of(const struct baseline *p, const struct comparison *c,
                                              char why[256]);
