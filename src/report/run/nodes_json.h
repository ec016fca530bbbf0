// SPDX-License-Identifier: MIT
// The nodes of a cluster in the JSON of a run (docs/json.md). Never measures.
#pragma once

#include "stats/summary.h"

#include <jansson.h>

json_t *nodes_json(const struct summary *s);         // a list, empty where there is one server
json_t *nodes_json_hottest(const struct summary *s); // its address, or null
