// SPDX-License-Identifier: MIT
// The windows of a test without service, as JSON. Never measures.
#pragma once

#include "report/parts/json.h"
#include "stats/summary.h"

json_t *outages_json(const struct summary *s);
