// SPDX-License-Identifier: MIT
// What the text reports of the subcommands that measure one server many times begin with.
#pragma once

#include "report/report.h"

// does: "saturates", "sweeps".
void lab_text_head(FILE *out, const char *does, const struct run_facts *f);
