// SPDX-License-Identifier: MIT
// What --replay and its like come to: a load that is a trace.
#pragma once

#include "cli/options_table.h"

// 0 with w->o settled, or -1 with err. Before what a load is described by.
int replay_options_settle(struct options_words *w, struct err *err);

// For a subcommand of that name, which takes no trace. 0, or -1 with err.
int replay_options_none(const struct options *o, const char *name, struct err *err);
