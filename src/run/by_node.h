// SPDX-License-Identifier: MIT
// What each node of a cluster had of a run, summed over the workers. Measures nothing.
#pragma once

#include "run/worker.h"

// 0 or -ENOMEM. Adds nothing where there is one server.
int by_node(struct summary *s, const struct worker *workers, unsigned n);
