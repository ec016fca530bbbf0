// SPDX-License-Identifier: MIT
// What the commands of a load have by themselves: which there are, in which order they leave, and keys and
// values of their own.
#pragma once

#include "cli/options_table.h"
#include "cli/workload_options.h"

#include "base/err.h"

// What a command can have for itself, by --of or in a file: options with their dashes, then NULL.
extern const char *const command_options_own[];

// Which commands there are: fills w->o.mix and w->o.fill, where no file has, and takes the user's command
// away where it is a sequence. 0, or -1 with err.
int command_options_take(struct options_words *w, struct err *err);

// Behind workload_options_settle: keys and values of their own, and the order. 0, or -1 with err.
int command_options_settle(struct options_words *w, const struct workload_given *given, struct err *err);

// What of the words says which commands are sent, and of which keys; NULL: nothing does.
const char *command_options_asked(const struct options_words *w);
