// SPDX-License-Identifier: MIT
// Sums up what each command of a mix came to, over all workers. After the join.
#pragma once

#include "run/worker.h"

// Fills s->kinds, none where there is one command; the rest of s is there. 0 or -ENOMEM.
int by_kind(struct summary *s, const struct worker *workers, unsigned n);
