// SPDX-License-Identifier: MIT
// The phases of new connections beside each other, as text and in the JSON of a run (docs/json.md). Never
// measures.
#pragma once

#include "stats/summary.h"

#include <jansson.h>
#include <stdio.h>

void opened_text(FILE *out, const struct summary *s); // nothing where no connection was opened anew
json_t *opened_json(const struct summary *s);         // null where that was not asked for
