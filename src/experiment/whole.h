// SPDX-License-Identifier: MIT
// The whole of a load whose shares several processes ran, out of the files that --part has written: its
// results are taken by a plain run as if that had measured them. Never prints.
#pragma once

#include "experiment/merge_files.h"
#include "experiment/plain.h"

struct whole_conf {
    const char *const *paths; // of the parts
    size_t n;
    uint64_t skew_ns; // by how much one may have begun a test after another
    bool partial;     // parts, or tests of them, may be missing
};

struct whole {
    struct whole_conf conf;
    struct plain *plain; // which takes the results
    struct merge_files files;
    struct summary *tests; // [files.tests], until they are taken
    const char **argv;     // of the first part
};

// Reads the parts and adds them up: what does not add up is no result. The plain run's facts tell of the
// whole from then on, but for its tags. 0, or -1 with err; whole_close in any case.
int whole_open(struct whole *w, struct err *err);

// Says what was wrong with a part, and hands over test after test. 0, or -1 with err.
int whole_take(struct whole *w, struct err *err);

void whole_close(struct whole *w); // but for the plain run, whose facts point into it
