// SPDX-License-Identifier: MIT
// What a reader should doubt about a result, each with its evidence and its cure in one sentence.
#pragma once

#include "stats/summary.h"

struct doubt {
    const char *name; // "low-hit-ratio": stable, for machines
    bool mild;        // not worth a line of its own where a program reads the report
    bool failure;     // the run failed, whether doubts matter or not
    char text[320];
};

#define DOUBTS_MAX 24

// Fills list and answers how many there are.
int doubts_of(const struct summary *s, struct doubt list[DOUBTS_MAX]);
