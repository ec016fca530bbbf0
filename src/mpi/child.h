// SPDX-License-Identifier: MIT
// The process that makes this rank's share of the load: hkv-bench itself, which knows nothing of MPI. So a
// load that dies takes no rank with it, and no MPI library runs beside it.
#pragma once

#include "base/channel.h"

#include <stdbool.h>
#include <sys/types.h>

struct child {
    pid_t pid;
    struct channel channel;
    int errors; // what it says on standard error, but for rank 0
    bool gone;
    int status; // of waitpid, once gone
};

// Starts it with the words of argv. 0 or -errno.
int child_start(struct child *c, char **argv, int rank, int ranks);

// Waits for its end, and says in one sentence what it said last, or what killed it.
void child_end(struct child *c, char *why, size_t cap);
