// SPDX-License-Identifier: MIT
// The moment at which a load begins, by the clock on the wall: what struct watcher's ready waits for.
#pragma once

#include "run/run.h"

struct start {
    uint64_t at_ns; // since 1970; 0: at once
    bool past;      // the first test has begun: others begin at once
};

// Of the session's watcher. 0 shortly before the moment, or after a signal.
int start_ready(void *start, struct stopper *stop, uint64_t *at_ns, struct err *err);

// How much later than asked the measured window of the first test began, its warm-up apart.
int64_t start_late_ns(const struct start *s, const struct summary *first);
