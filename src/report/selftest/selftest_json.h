// SPDX-License-Identifier: MIT
// A selftest as JSON (docs/json.md). Writes to the FILE it is given; never measures.
#pragma once

#include "base/err.h"
#include "stats/facts.h"

#include <stdio.h>

// As one JSON object, with a newline after it. 0, or -1 with err.
int selftest_json(FILE *out, const struct run_facts *facts, const struct selftest *t, struct err *err);
