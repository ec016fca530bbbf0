// SPDX-License-Identifier: MIT
// Asks the server, on a connection of its own and outside of any clock, what it is and what it has done so
// far. A server that refuses, does not know INFO or does not answer is not a failure: then nothing is known.
#pragma once

#include "run/plan.h"

struct probe {
    bool answered;    // INFO had an answer that is none of an error
    unsigned asked;   // how often it was asked, each time on a connection of its own
    bool tells_calls; // how often commands were called
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
    int64_t connected; // clients, this one included
    int64_t accepted;  // connections so far
    int64_t calls;     // of commands of the names that were asked for, so far
    char eviction[32]; // its policy: "noeviction", or ""
};

// Names of commands, in small letters.
struct probe_names {
    const char *const *at;
    unsigned n;
};

// stop_fd: gives up at once when it becomes readable; -1: none.
void probe_server(struct probe *out, const struct run_conf *conf, const struct target *target, int stop_fd);

// Asks on another connection how often commands of these names were called: out->calls.
void probe_calls(struct probe *out, const struct plan *p, const struct probe_names *names, int stop_fd);

// How often INFO's text says that commands of these names were called, those refused included. -1 where it
// tells of none of them.
int64_t probe_read_calls(const char *text, size_t len, const struct probe_names *names);

// What INFO's text says, for the above. Fields of several servers are known: redis_version, valkey_version,
// server_name, engine.
void probe_read_info(struct probe *out, const char *text, size_t len);
