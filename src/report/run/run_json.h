// SPDX-License-Identifier: MIT
// A run as JSON (docs/json.md). Writes to the FILE it is given; never measures.
#pragma once

#include "stats/facts.h"
#include "stats/summary.h"

#include <stdio.h>

// The whole run as one JSON object, with a newline after it. 0, or -1 with err when it could not be written.
int run_json(FILE *out, const struct run_facts *facts, const struct summary *tests, size_t ntests,
             struct err *err);
