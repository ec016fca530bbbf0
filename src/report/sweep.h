// SPDX-License-Identifier: MIT
// What `sweep` found, as text, CSV and JSON. Writes to the FILE it is given; never measures.
#pragma once

#include "report/report.h"
#include "stats/sweep.h"

void sweep_text_head(FILE *out, const struct run_facts *facts);
void sweep_text(FILE *out, const struct sweep *s, uint64_t seed);

void sweep_csv_head(FILE *out);
void sweep_csv(FILE *out, const struct sweep *s);

// All of it as one JSON object (docs/json.md). 0, or -1 with err.
int sweep_json(FILE *out, const struct run_facts *facts, const struct sweep *all, size_t n, struct err *err);
