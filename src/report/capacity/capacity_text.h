// SPDX-License-Identifier: MIT
// What `saturate` found, as text. Never measures.
#pragma once

#include "stats/capacity.h"
#include "stats/facts.h"

#include <stdio.h>

void capacity_text_head(FILE *out, const struct run_facts *facts); // before the first test
void capacity_text(FILE *out, const struct capacity *c);           // one test
