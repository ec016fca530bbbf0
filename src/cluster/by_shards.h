// SPDX-License-Identifier: MIT
// A topology by the reply to CLUSTER SHARDS, RESP2 or RESP3. No I/O: the caller has asked.
#pragma once

#include "base/slice.h"
#include "cluster/topology.h"

// Primaries are in the order of their first slots. Nodes are reached at the port for TLS or at the other one,
// and one that does not know its own address is where it was asked. Replicas that are not online are left
// out. 0; or -EPROTO where the reply is no such thing or does not say who of a shard owns its slots and where
// that is, or -ENOMEM; then there is nothing to reset.
int by_shards(struct topology *t, struct slice reply, const char *asked_host, bool tls);
