// SPDX-License-Identifier: MIT
// What a reader should doubt about a result, each with its evidence and its cure in one sentence.
#pragma once

#include "base/slice.h"
#include "stats/summary.h"

// Fills list and answers how many there are. s has its verdict by now. Once: freeze.h keeps them in the
// result.
int doubts_of(const struct summary *s, struct doubt list[DOUBTS_MAX]);

const char *doubt_name(unsigned rule); // NULL where there is no such rule
int doubt_rule(struct slice name);     // -1 where there is none of that name

// Several at once, a bit for each rule, by their names: "errors,short-run".
#define DOUBT_NAMES 768
char *doubt_names(uint64_t chosen, char dst[DOUBT_NAMES]);
uint64_t doubt_rules(const char *names); // those that are known
