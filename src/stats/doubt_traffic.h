// SPDX-License-Identifier: MIT
// What speaks against a result of messages or of a trace: rules of doubt.c. Each answers whether it holds,
// with a sentence then.
#pragma once

#include "stats/summary.h"

bool doubt_traffic_messages(const struct summary *s, struct doubt *d);  // lost, or twice
bool doubt_traffic_consumers(const struct summary *s, struct doubt *d); // too busy to be in time
bool doubt_traffic_trace(const struct summary *s, struct doubt *d);     // not read to its end, or empty
bool doubt_traffic_lines(const struct summary *s, struct doubt *d);     // that were not sent
