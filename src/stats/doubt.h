// SPDX-License-Identifier: MIT
// What a reader should doubt about a result, each with its evidence and its cure in one sentence.
#pragma once

#include "stats/summary.h"

struct doubt {
    const char *name; // "low-hit-ratio": stable, for machines
    char text[256];
};

#define DOUBTS_MAX 8

// Fills list and answers how many there are.
int doubts_of(const struct summary *s, struct doubt list[DOUBTS_MAX]);
