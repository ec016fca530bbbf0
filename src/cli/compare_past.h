// SPDX-License-Identifier: MIT
// --baseline: a kept result that stands for the first target of a comparison. Reads the history and closes
// it; never measures.
#pragma once

#include "cli/compare_options.h"
#include "report/compare/compare_facts.h"

struct past {
    struct past_test {
        char test[64], *title;
        struct comparison_baseline found;
    } * tests;
    size_t n;
    struct compare_baseline facts;
    char started[32], server[64], version[64], where[192], engine[32], tool[96];
    char names[512]; // of the tests, for -t
};

// Reads what o->baseline names. 0, or -1 with err; past_close in either case.
int past_open(struct past *p, const struct compare_options *o, int stop_fd, struct err *err);
void past_close(struct past *p);

// What it has of this test and metric, or NULL with the reason.
const struct comparison_baseline *past_of(const struct past *p, const struct comparison *c, char why[256]);
