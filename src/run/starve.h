// SPDX-License-Identifier: MIT
// For how long no connection was free although the client had read everything there was to read. Of the time
// that a request was late only that is the connections'; the rest, answers that lay unread included, is the
// client's own. No clock: the caller says what time it is.
#pragma once

#include <stdint.h>

struct starve_mark {
    uint64_t at_ns, sum_ns; // by at_ns it was so for sum_ns in all
};

#define STARVE_MARKS 128

// A line through the marks, flat before the first and behind the last. Only what a request may still ask for
// is kept, and where that is too much, every second mark goes.
struct starve {
    struct starve_mark marks[STARVE_MARKS];
    unsigned first, n; // marks[first..n) are in use
};

void starve_reset(struct starve *s);

// It was so from from_ns to to_ns. Periods come in order.
void starve_add(struct starve *s, uint64_t from_ns, uint64_t to_ns);

// How much of the time from since_ns until now. since_ns never falls.
uint64_t starve_since(struct starve *s, uint64_t since_ns);
