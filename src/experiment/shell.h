// SPDX-License-Identifier: MIT
// Runs a command of the user's by /bin/sh, and ends it when the user ends this program. Never prints.
#pragma once

#include "run/stopper.h"

#include "base/err.h"

// Waits for its end. 0 when it succeeded, or -1 with err; after a signal its whole process group is ended
// first.
int shell_run(const char *command, const struct stopper *stop, struct err *err);
