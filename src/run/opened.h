// SPDX-License-Identifier: MIT
// How the connections of a run came to be, summed over the workers. Measures nothing.
#pragma once

#include "run/worker.h"

// 0 or -ENOMEM. Adds nothing without TLS where no connection is opened anew.
int opened_sum(struct summary *s, const struct plan *plan, const struct worker *workers, unsigned n);
