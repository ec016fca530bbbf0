// SPDX-License-Identifier: MIT
// What was asked, as a result tells it. Knows nothing of what came of it.
#pragma once

#include "run/plan.h"
#include "stats/summary.h"

void describe_test(struct summary *s, const struct plan *p);
