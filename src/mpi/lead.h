// SPDX-License-Identifier: MIT
// Rank 0: sees all ranks through each test, from ready to the sum of what they had.
#pragma once

#include "mpi/child.h"
#include "mpi/clocks.h"
#include "mpi/side.h"

#include <signal.h>

struct crew {
    struct child *child; // of rank 0
    struct side *side;
    const struct offset *offsets; // [side->ranks]
    const volatile sig_atomic_t *signal;
};

// Until the load of this rank has ended. Answers the exit code; troubles are told on standard error.
// *missing: how many ranks are gone, and will take part in nothing that all have to take part in.
int lead(const struct crew *crew, int *missing);
