// SPDX-License-Identifier: MIT
// What speaks against a result whose load was not the one that it names: four of the rules of doubt.c. Each
// answers whether it holds, with a sentence then.
#pragma once

#include "stats/summary.h"

bool doubt_load_hits(const struct summary *s, char *text, size_t cap);
bool doubt_load_commands(const struct summary *s, char *text, size_t cap);
bool doubt_load_keys(const struct summary *s, char *text, size_t cap);
bool doubt_load_sizes(const struct summary *s, char *text, size_t cap);
