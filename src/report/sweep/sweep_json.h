// SPDX-License-Identifier: MIT
// What `sweep` found, as JSON (docs/json.md). Never measures.
#pragma once

#include "stats/facts.h"
#include "stats/sweep.h"

#include <stdio.h>

// All of it as one JSON object. 0, or -1 with err.
int sweep_json(FILE *out, const struct run_facts *facts, const struct sweep *all, size_t n, struct err *err);
