// SPDX-License-Identifier: MIT
// A topology by the reply to CLUSTER SLOTS, RESP2 or RESP3. No I/O: the caller has asked.
#pragma once

#include "base/slice.h"
#include "cluster/topology.h"

// Primaries are in the order of their first slots. A node that does not know its own address is where it was
// asked. 0, or -EPROTO where the reply is no such thing, or -ENOMEM; then there is nothing to reset.
int by_slots(struct topology *t, struct slice reply, const char *asked_host);
