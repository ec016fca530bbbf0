// SPDX-License-Identifier: MIT
// Asks the server, on a connection of its own and outside of any clock, what it is and what it has done so
// far. A server that refuses, does not know INFO or does not answer is not a failure: then nothing is known.
#pragma once

#include "run/plan.h"

struct probe {
    bool answered;    // INFO had an answer that is none of an error
    char name[32];    // "redis", "valkey", "hybridkv", "hkv-bench", ... or ""
    char version[64]; // or ""
    // Numbers are -1 where INFO does not tell
    double cpu_s;      // that the process has used
    double cpu_main_s; // that its main thread has
    int64_t pid;
    int64_t commands;  // processed so far
    int64_t evicted;   // keys thrown out so far
    int64_t last_save; // when it last saved a snapshot, s
    int64_t saving;    // 1 while it saves one
    int64_t aof;       // 1: it writes an append-only file
    int64_t memory_bytes;
    int64_t keys;      // of database 0
    char eviction[32]; // its policy: "noeviction", or ""
};

// stop_fd: gives up at once when it becomes readable; -1: none.
void probe_server(struct probe *out, const struct run_conf *conf, const struct target *target, int stop_fd);

// What INFO's text says, for the above. Fields of several servers are known: redis_version, valkey_version,
// server_name, engine.
void probe_read_info(struct probe *out, const char *text, size_t len);
