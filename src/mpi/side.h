// SPDX-License-Identifier: MIT
// A connection from each rank to rank 0 beside MPI, which is not called while the load runs: figures for the
// live line come by it, and where it ends, the rank is gone. Whoever has none does without.
#pragma once

#include "base/ranks.h"

#include <stdbool.h>

struct side {
    int rank, ranks;
    bool live; // somebody looks at the live line
    int fd;    // to rank 0; -1: none
    int *fds;  // at rank 0, of each; -1: none
    struct ranks_live *last;
};

// All have to call it, before any load.
void side_open(struct side *s, int rank, int ranks);
void side_close(struct side *s);

bool side_holds(const struct side *s); // but at rank 0: whether rank 0 is still there, as far as is known

// At rank 0: takes what has come. False where that rank is gone.
bool side_look(struct side *s, int rank);

void side_forget(struct side *s); // of the test before

// At rank 0: what the others last told of the phase.
struct ranks_live side_sum(struct side *s, uint64_t phase);
