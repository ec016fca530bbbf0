// SPDX-License-Identifier: MIT
// The files of --part as one load: which parts there are, and their tests added up one by one, so that memory
// holds one of them at a time. Never prints.
#pragma once

#include "base/err.h"
#include "stats/merge.h"
#include "stats/part.h"

struct merge_file {
    const char *path;
    struct part head;
};

struct merge_files {
    struct merge_file **at; // once opened, in the order of their parts
    size_t n;
    unsigned tests;       // of the load
    struct merge *merges; // [tests]
    bool partial;         // the caller's: parts, or tests of them, may be missing
};

// Reads what the files tell of themselves, which must be parts of one load, each once. 0, or -1 with err;
// merge_files_close in any case.
int merge_files_open(struct merge_files *f, const char *const *paths, size_t n, struct err *err);

// Adds up all tests. 0, or -1 with err.
int merge_files_add(struct merge_files *f, struct err *err);

void merge_files_close(struct merge_files *f);
