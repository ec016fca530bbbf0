// SPDX-License-Identifier: MIT
// A completion script for zsh. Knows no option by name.
#pragma once

#include "option/complete.h"

void complete_zsh(const struct complete *c, FILE *out);
