// SPDX-License-Identifier: MIT
// What an experiment as a whole was, for the head of every report. Only data.
#pragma once

#include "base/host.h"
#include "stats/assertion.h"
#include "stats/selftest.h"

// --tag: what a history finds a run by.
struct run_tag {
    char key[64];
    const char *value;
};

// What the run as a whole was: the part of the report that does not belong to one test.
struct run_facts {
    const char *target;         // "127.0.0.1:6379", "/tmp/redis.sock"
    const char *server_name;    // "redis", "valkey", "hybridkv", "hkv-bench", "" where the probe told nothing
    const char *server_version; // "7.0.15" or ""
    const char *engine;         // "epoll", of the last test where there was one
    const char *wait;           // by which system call it waited; NULL: it did not
    const char *pipeline_mode;  // "batch" or "window"
    bool verifies;              // --verify
    uint64_t seed;
    int argc; // the command line, secrets already taken out
    const char *const *argv;
    const struct host *host;
    const struct host *host_end; // as it was at the end, or NULL
    int64_t started_unix_ms;
    uint64_t start_at_ns;  // --start-at, since 1970; 0: it began at once
    int64_t start_late_ns; // how much later the first test began, its warm-up apart
    const struct run_tag *tags;
    size_t ntags;
    const struct assertion_result *assertions;
    size_t nassertions;
    bool interrupted;
    int exit_code;
    const struct selftest *selftest; // what this client is known to be able to measure here, or NULL
};
