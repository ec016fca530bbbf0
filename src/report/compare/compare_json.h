// SPDX-License-Identifier: MIT
// A comparison as JSON (docs/json.md). Never measures.
#pragma once

#include "report/compare/compare_reporter.h"

// The whole comparison as one JSON object. 0, or -1 with err.
int compare_json(FILE *out, const struct compare_facts *facts, const struct comparison *all, size_t n,
                 struct err *err);
