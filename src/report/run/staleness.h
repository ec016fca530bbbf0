// SPDX-License-Identifier: MIT
// How far replicas were behind, in the text report and in documents. Never judges.
#pragma once

#include "stats/summary.h"

#include <jansson.h>
#include <stdio.h>

// Nothing where no values of replicas were checked.
void staleness_text(FILE *out, const struct summary *s);
json_t *staleness_json(const struct summary *s);
