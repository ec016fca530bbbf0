// SPDX-License-Identifier: MIT
// What a run was held against, as text. Never judges.
#pragma once

#include "stats/assertion.h"

#include <stdio.h>

// Each assertion with what was measured, and whether it held.
void assertions_text(FILE *out, const struct assertion_result *list, size_t n);
