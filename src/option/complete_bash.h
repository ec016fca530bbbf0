// SPDX-License-Identifier: MIT
// A completion script for bash. Knows no option by name.
#pragma once

#include "option/complete.h"

void complete_bash(const struct complete *c, FILE *out);
