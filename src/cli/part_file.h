// SPDX-License-Identifier: MIT
// The file of --part: what a plain run had, for hkv-bench merge. Never measures.
#pragma once

#include "cli/options_table.h"
#include "experiment/plain.h"
#include "stats/part.h"

#include <stdio.h>

// Writes what the run was and had. 0, or -1 with err.
int part_file_write(FILE *out, const struct options *o, const struct plain *run, struct err *err);
