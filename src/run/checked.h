// SPDX-License-Identifier: MIT
// What of requests --verify can check. Checks nothing itself: run/verify.h does.
#pragma once

#include "run/ask.h"

// Values that others are written over cannot be checked.
void checked_settle(struct ask *asks, unsigned n, const struct names *names);

// Whether any of what they read can be, where they read at all. 0, or -1 with err.
int checked_any(const struct ask *asks, unsigned n, struct err *err);
