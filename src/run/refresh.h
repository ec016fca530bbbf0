// SPDX-License-Identifier: MIT
// Keeps a cluster's map new while a run is on: asks the cluster again where a worker doubts the map, and
// every so often. In the thread that attends the run, never in a worker's.
#pragma once

#include "run/crew.h"

struct refresh {
    uint64_t asked_ns;  // when it was last asked
    struct map *newest; // of those that were read here; NULL: none was
};

// Asks where it is time to. Workers see what was read. Returns at once when stop_fd is readable.
void refresh_look(struct refresh *r, struct crew *crew, int stop_fd);

void refresh_reset(struct refresh *r); // once no worker looks any more
