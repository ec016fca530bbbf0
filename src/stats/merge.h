// SPDX-License-Identifier: MIT
// One result out of those that parts of one load had, each in a process of its own, at the same time: as if
// all had run in one. Neither measures nor judges.
#pragma once

#include "base/err.h"
#include "stats/summary.h"

// A sum that goes on. Begins as zeros, with what the caller may set.
struct merge {
    bool partial; // the caller's: parts may be missing
    struct summary out;
    struct series *warm, *rows; // [n] of the parts
    size_t n, cap;
    unsigned next;    // the thread that the next part should begin with
    unsigned missing; // threads that are in no part
    struct merge *kinds;
    unsigned nkinds;
};

// Adds a part and takes its rows; the rest of it stays. Parts come in the order of their threads. 0, or -1
// with err where it is no part of this load, where one is missing or there twice, or without memory.
int merge_add(struct merge *m, struct summary *part, struct err *err);

// The whole: out is to be freed. 0, or -1 with err.
int merge_end(struct merge *m, struct summary *out, struct err *err);

void merge_free(struct merge *m);

// All at once, in any order: as merge_add of each.
int merge_parts(struct summary *out, struct summary *const *parts, size_t n, struct err *err);
