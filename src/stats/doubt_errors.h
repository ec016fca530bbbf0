// SPDX-License-Identifier: MIT
// What speaks against a result whose replies were not what they should be: four of the rules of doubt.c.
// Each answers whether it holds, with a sentence then.
#pragma once

#include "stats/summary.h"

bool doubt_errors_values(const struct summary *s, char *text, size_t cap);
bool doubt_errors_unchecked(const struct summary *s, char *text, size_t cap);
bool doubt_errors_replies(const struct summary *s, char *text, size_t cap);
bool doubt_errors_unexpected(const struct summary *s, char *text, size_t cap);
