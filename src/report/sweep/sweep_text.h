// SPDX-License-Identifier: MIT
// What `sweep` found, as text. Never measures.
#pragma once

#include "stats/facts.h"
#include "stats/sweep.h"

#include <stdio.h>

void sweep_text_head(FILE *out, const struct run_facts *facts);
void sweep_text(FILE *out, const struct sweep *s, uint64_t seed);
