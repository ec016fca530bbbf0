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

// What the load learns of its rank. live_fd: as in base/ranks.h; but for rank 0 the load inherits it.
struct place {
    int rank, ranks, live_fd;
};

// Starts it with the words of argv. 0 or -errno.
int child_start(struct child *c, char **argv, const struct place *place);

// Waits for its end, and says in one sentence what it said last, or what killed it.
void child_end(struct child *c, char *why, size_t cap);
