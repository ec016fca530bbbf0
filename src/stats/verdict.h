// SPDX-License-Identifier: MIT
// What limited a test, in one word with its evidence.
#pragma once

#include "stats/summary.h"

// From all that is known of the test. Once: freeze.h keeps it in the result.
void verdict_of(const struct summary *s, struct verdict *out);
const char *verdict_name(enum limit limit); // "CLIENT", in documents
const char *verdict_text(enum limit limit); // "client", for people
enum limit verdict_named(const char *name); // LIMIT_UNKNOWN where there is none of that name

// What can be seen of a test while it goes on: shares of the last second, less than 0 where unknown.
struct verdict_moment {
    double client, server; // that the busiest thread of each worked
    bool kept_up;          // of the open loop: what was due was answered
};
void verdict_now(const struct verdict_moment *m, struct verdict *out);

// Of the client's threads, the share of the time that the busiest one worked, awake for nothing not counted.
double verdict_busy(const struct summary *s);
// The greatest share of the time that one of them waited for a CPU.
double verdict_queued(const struct summary *s);
// Whether the client was stopped for so long that the figures are its own.
bool verdict_paused(const struct summary *s);
// The least share of the time that one of them had nothing to do but wait for the server; 0 where unknown.
double verdict_idle(const struct summary *s);
