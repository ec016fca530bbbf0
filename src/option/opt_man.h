// SPDX-License-Identifier: MIT
// A table of options as sections of a man page.
#pragma once

#include "option/opt_table.h"

#include <stdio.h>

void opt_man(const struct opt_table *t, FILE *out);
