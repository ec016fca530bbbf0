// SPDX-License-Identifier: MIT
// Asks the server once, on a connection of its own and before any clock, what it is. A server that refuses,
// does not know INFO or does not answer is not a failure: then nothing is known.
#pragma once

#include "run/conf.h"

#include "net/addr.h"

struct probe {
    char name[32];     // "redis", "valkey", "hybridkv", "hkv-bench", ... or ""
    char version[64];  // or ""
    uint64_t spent_ns; // how long it took
};

void probe_server(struct probe *out, const struct run_conf *conf, const struct addr *addr);

// What INFO's text says, for the above. Fields of several servers are known: redis_version, valkey_version,
// server_name, engine.
void probe_read_info(struct probe *out, const char *text, size_t len);
