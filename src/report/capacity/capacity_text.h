// SPDX-License-Identifier: MIT
// What `saturate` found, as text. Never measures.
#pragma once

#include "report/parts/facts.h"
#include "stats/capacity.h"

#include <stdio.h>

void capacity_text_head(FILE *out, const struct run_facts *facts); // before the first test
void capacity_text(FILE *out, const struct capacity *c);           // one test
