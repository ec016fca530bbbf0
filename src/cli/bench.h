// SPDX-License-Identifier: MIT
// A plain run as a whole: the target, what was asked, the results so far. Prints the report; never exits.
#pragma once

#include "base/buf.h"
#include "cli/results.h"
#include "experiment/server.h"
#include "report/run/reporter.h"

struct bench {
    struct session session;
    struct results results;
    struct options o;
    struct slice *command; // the user's own, or NULL
    size_t words;          // of it
    struct buf last_word;  // -x: the word that came from standard input
    struct server server;
    const struct reporter *reporter;
    bool begun;            // the report has its head
    FILE *series, *hlog;   // --series, --hdr, or NULL
    struct summary *tests; // results of this pass
    struct plan *plans;    // whose titles the results point to
    size_t ntests;
    struct assertion_result *assertions; // of these results
    size_t nassertions;
};

// Finds the target, starts the embedded server, opens the outputs. b->o is filled. 0, or -1 with err.
int bench_open(struct bench *b, int argc, char **argv, struct err *err);

// Runs all that was asked for, again and again with -l, and reports each test as it ends.
void bench_run(struct bench *b);

// Writes the JSON, frees everything, answers the exit code.
int bench_close(struct bench *b);
