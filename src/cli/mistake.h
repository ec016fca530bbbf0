// SPDX-License-Identifier: MIT
// Command lines that could be carried out, but can hardly be meant: a subcommand with a slip in its name
// would be sent to the server as a command. Looks at the words before they are read; never prints.
#pragma once

#include "option/manual.h"
#include "option/opt.h"

// line: of whom m tells, its name first. With `commands`, words that are no option may be a command for the
// server. 0, or -1 with err.
int mistake_find(const struct manual *m, struct opt_cursor line, bool commands, struct err *err);
