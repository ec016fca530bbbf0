// SPDX-License-Identifier: MIT
// Assertions as JUnit XML, for what shows the tests of a CI job.
#pragma once

#include "stats/facts.h"

#include <stdio.h>

// One suite, a case for each assertion of each test. A run that failed by itself has one case more, with that
// error.
void junit_write(FILE *out, const struct run_facts *f);
