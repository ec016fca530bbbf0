// SPDX-License-Identifier: MIT
// What --part, --part-of and --start-at come to: a share of a load that several processes make.
#pragma once

#include "cli/options_table.h"

#define PARTS_MAX 10000

// 0 with w->o settled, or -1 with err. Before the seed is chosen: all parts draw by the same one.
int part_options_settle(struct options_words *w, struct err *err);

// Of a plain run, once its end is known. 0, or -1 with err.
int part_options_check(const struct options *o, struct err *err);

// For a subcommand of that name, which has no parts. 0, or -1 with err.
int part_options_none(const struct options *o, const char *name, struct err *err);
