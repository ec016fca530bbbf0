// SPDX-License-Identifier: MIT
// What the options say of how a connection logs in, settled across rows. May ask on the terminal.
#pragma once

#include "cli/options_table.h"

// Whose password it is: an option's, else the environment's, else the terminal's, then to be freed as *owned.
// 0, or -1 with err.
int login_options_auth(struct options *o, char **owned, struct err *err);

int login_options_tracking(struct options_words *w, struct err *err);
