// SPDX-License-Identifier: MIT
// Rank 0: sees all ranks through each test, from ready to the sum of what they had.
#pragma once

#include "mpi/child.h"
#include "mpi/clocks.h"

#include <signal.h>

// Until the load of this rank has ended. Answers the exit code; troubles are told on standard error.
int lead(struct child *c, int ranks, const struct offset *offsets, const volatile sig_atomic_t *signal);
