// SPDX-License-Identifier: MIT
// What was asked of a run, as its summary tells it.
#pragma once

#include "run/plan.h"
#include "stats/summary.h"

void describe(struct summary *s, const struct plan *p);
