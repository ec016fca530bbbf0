// SPDX-License-Identifier: MIT
// Whether the rows that workers have written so far tell a quantile as precisely as was asked for.
#pragma once

#include "run/worker.h"

// Looks at running workers. False too when it cannot tell yet.
bool precise_enough(struct worker *workers, unsigned n, const struct run_conf *conf);
