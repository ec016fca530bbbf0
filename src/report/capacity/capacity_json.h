// SPDX-License-Identifier: MIT
// What `saturate` found, as JSON (docs/json.md). Never measures.
#pragma once

#include "stats/capacity.h"
#include "stats/facts.h"

#include <stdio.h>

// All of it as one JSON object. 0, or -1 with err.
int capacity_json(FILE *out, const struct run_facts *facts, const struct capacity *all, size_t n,
                  struct err *err);
