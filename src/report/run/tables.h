// SPDX-License-Identifier: MIT
// Tables of the text report: the commands of a mix, and the tests of a suite. Never judges.
#pragma once

#include "stats/summary.h"

#include <stdio.h>

#define SUITE_MAX 64 // tests of a suite that are shown

void tables_commands(FILE *out, const struct summary *s);

// One line for each test that ran, where there are two or more.
void tables_suite(FILE *out, const struct summary *tests, size_t n);
