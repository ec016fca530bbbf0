// SPDX-License-Identifier: MIT
// A subcommand that measures by many trials, from its words to its exit code: the steps that all such have,
// in their one order. Knows none of them.
#pragma once

#include "cli/results.h"
#include "option/manual.h"

struct measuring {
    const struct manual *manual;
    struct results *results;                                         // all zero
    struct session *session;                                         // likewise
    const struct options *o;                                         // of which results learn where they go
    const bool *help;                                                // whether the words asked for it
    void *own;                                                       // of each step:
    int (*parse)(void *own, int argc, char **argv, struct err *err); // 0, or -1 with err
    int (*open)(void *own, struct err *err); // finds what is measured; NULL: nothing to find
    bool (*run)(void *own);                  // answers whether anything was measured
    struct document (*tell)(void *own);      // what came of it
    // Draws the view of --live; NULL where no words ask for it.
    void (*draw)(void *own, struct panel *p, const struct glance *g);
};

// Answers the exit code.
int measuring_run(struct measuring *m, int argc, char **argv);
