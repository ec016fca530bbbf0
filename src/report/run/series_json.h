// SPDX-License-Identifier: MIT
// The intervals of a test, as JSON. Never measures.
#pragma once

#include "report/parts/json.h"
#include "stats/summary.h"

json_t *series_json(const struct summary *s);
