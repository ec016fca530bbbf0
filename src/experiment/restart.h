// SPDX-License-Identifier: MIT
// Has a server started anew by a command of the user's, and waits until it answers.
#pragma once

#include "experiment/compare_test.h"

// Runs conf->restart_command for target t, then asks PING until it is answered, for a minute at most. 0, or
// -1 with err.
int restart_target(struct compare_test *c, unsigned t, struct err *err);
