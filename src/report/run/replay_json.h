// SPDX-License-Identifier: MIT
// What became of the lines of a trace, as JSON (docs/json.md).
#pragma once

#include "stats/summary.h"

#include <jansson.h>

json_t *replay_json(const struct summary *s);
