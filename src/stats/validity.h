// SPDX-License-Identifier: MIT
// Whether the load that a result names is the load that was sent: VALID, or INVALID with the checks that
// failed. Says nothing of what the figures are worth otherwise: that is for doubt.h.
#pragma once

#include "stats/summary.h"

#define VALIDITY_CHANCE 1e-4   // of a false alarm: of the keys of all commands together, and of their sizes
#define VALIDITY_OVERDUE 0.05  // share of all requests that may be overdue at once
#define VALIDITY_BUNCHED 5     // times as much as was scheduled, and one, may their counts vary
#define VALIDITY_REQUESTS 1000 // fewer say nothing of how they were sent

void validity_of(const struct summary *s, struct validity *out);

const char *validity_check(enum validity_check check);  // "keys"
const char *validity_state(enum validity_state state);  // "pass"
const char *validity_verdict(const struct validity *v); // "VALID", "INVALID"; "": nothing was measured

// "VALID (sums, keys)", "INVALID (keys)": with the checks that were made, or those that failed. Answers dst.
#define VALIDITY_TEXT 96
char *validity_text(const struct validity *v, char dst[VALIDITY_TEXT]);
