// SPDX-License-Identifier: MIT
// The frame of a JSON report about one server that was measured many times.
#pragma once

#include "report/json.h"

// kind: "saturate". Takes tests. NULL without memory.
json_t *lab_json(const char *kind, const struct run_facts *f, json_t *tests);
