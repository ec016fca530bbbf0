// SPDX-License-Identifier: MIT
// In what the machine of a kept result differs from this one. Knows the names that the JSON gives to facts of
// a machine; never measures.
#pragma once

#include "stats/fingerprint.h"

#include "base/host.h"

// Adds what differs between the machine of a document (docs/json.md) and this one, but for what changes by
// itself.
void machine_then(struct fingerprint *f, const char *document, const struct host *now);
