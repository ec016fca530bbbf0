// SPDX-License-Identifier: MIT
// What became of messages to consumers, as JSON (docs/json.md).
#pragma once

#include "stats/summary.h"

#include <jansson.h>

json_t *delivery_json(const struct summary *s);
