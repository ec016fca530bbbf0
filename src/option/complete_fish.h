// SPDX-License-Identifier: MIT
// A completion script for fish. Knows no option by name.
#pragma once

#include "option/complete.h"

void complete_fish(const struct complete *c, FILE *out);
