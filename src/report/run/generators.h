// SPDX-License-Identifier: MIT
// Who made a load that several processes made together, in the reports of a run. Never measures.
#pragma once

#include "stats/summary.h"

#include <jansson.h>
#include <stdio.h>

void generators_text(FILE *out, const struct summary *s); // nothing where there is one process
json_t *generators_json(const struct summary *s);         // null where there is one process
