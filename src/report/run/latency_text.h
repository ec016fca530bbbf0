// SPDX-License-Identifier: MIT
// Lines of the text report about latencies: quantiles, how far to trust them, and the parts that they have.
// Never judges.
#pragma once

#include "stats/summary.h"

#include <stdio.h>

#define LABEL "  %-13s" // of a line

void latency_text(FILE *out, const struct summary *s);

// As much of response times as the open loop knows apart, and how long replies lay unread.
void latency_text_parts(FILE *out, const struct summary *s);

// A line of its own for times of another kind, in a unit that suits them.
void latency_text_part(FILE *out, const char *label, const struct hist *h, const char *what);

// Where the time of the sampled requests went.
void latency_text_wire(FILE *out, const struct summary *s);
