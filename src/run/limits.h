// SPDX-License-Identifier: MIT
// Whether this machine can carry the run: descriptors, ports, memory. Looked at before the first connect.
#pragma once

#include "run/plan.h"

// Raises RLIMIT_NOFILE as far as allowed, then refuses what cannot fit, with numbers. 0, or -1 with err.
int limits_check(const struct plan *p, struct err *err);
