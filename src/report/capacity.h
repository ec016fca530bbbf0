// SPDX-License-Identifier: MIT
// What `saturate` found, as text and JSON. Writes to the FILE it is given; never measures.
#pragma once

#include "report/report.h"
#include "stats/capacity.h"

void capacity_head(FILE *out, const struct run_facts *facts); // before the first test
void capacity_text(FILE *out, const struct capacity *c);      // one test

// All of it as one JSON object (docs/json.md). 0, or -1 with err.
int capacity_json(FILE *out, const struct run_facts *facts, const struct capacity *all, size_t n,
                  struct err *err);
