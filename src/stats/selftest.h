// SPDX-License-Identifier: MIT
// What this client is able to measure on this machine: its own floor, how late it is, whether it found what
// was planted, and the smallest difference that it can tell. Plain values, and what they mean in words. Never
// measures.
#pragma once

#include "base/host.h"

#include <stdbool.h>
#include <stdint.h>

#define SELFTEST_FLOORS 2
#define SELFTEST_PIPELINED 16               // the pipeline of the second floor; that of the first is 1
#define SELFTEST_DELAY_NS UINT64_C(1000000) // planted
#define SELFTEST_ERRORS 0.01                // planted: share of the replies
#define SELFTEST_PAIRS 8                    // of slots, of one and the same server
#define SELFTEST_HOLDS_MS (INT64_C(30) * 24 * 3600 * 1000)

struct selftest_floor {
    unsigned pipeline;
    double ceiling_rps, cpu_us; // one thread, with the null engine: requests a second, CPU of each
    uint64_t p50_ns, p99_ns;    // round trip of one connection to the embedded server
    uint64_t own_ns;            // what of p50 passed before the kernel sent the request and after it had the
                                // answer; 0: it stamped too few of them
};

// How late something was.
struct selftest_late {
    uint64_t n, p50_ns, p99_ns, max_ns; // n 0: unknown, and so are the others
};

struct selftest_fault {
    bool tried, found;
    double value; // what was measured: ns, or a share
};

struct selftest {
    char host[65], kernel[128], version[32]; // of the machine and of this program
    char engine[16];                         // who moved the bytes
    int64_t taken_unix_ms;
    double asked_s, spent_s;
    bool whole; // all of it was measured
    struct selftest_floor floors[SELFTEST_FLOORS];
    struct selftest_late timer;  // sleeps of 1 ms
    struct selftest_late lag;    // of requests of an open loop, behind their due times
    struct selftest_late unread; // answers of 50 connections in their sockets
    struct selftest_fault delay, errors;
    unsigned pairs;                            // that the next two rest on; 0: they are unknown
    double slot_s, rps_smallest, p50_smallest; // smallest difference that can be told: 0.02 is 2 %
};

// The planted delay is found where the p50 that a server with it has lies higher by just that. The server's
// own timer may be late, as timers of this machine are.
void selftest_take_delay(struct selftest *t, uint64_t p50_ns);

// The planted errors are found where their share is one that chance gives.
void selftest_take_errors(struct selftest *t, uint64_t errors, uint64_t answered);

// The smallest difference that n pairs of slots of the same server tell in four cases of five, at 95 %
// confidence: 0.02 is 2 %. x: 2 n figures above 0, in their order; n from 2 to SELFTEST_PAIRS, else a BUG.
// Never below the 0.1 % to which latencies are kept.
double selftest_smallest(const double *x, unsigned n);

bool selftest_missed(const struct selftest *t); // a planted fault was not found

// What follows from it.
struct selftest_line {
    bool can; // be measured; else it cannot
    char text[160];
};
#define SELFTEST_LINES 8
unsigned selftest_lines(const struct selftest *t, struct selftest_line out[SELFTEST_LINES]);

// Whether it speaks of this machine, this version and this engine (NULL: any), and is not too old.
bool selftest_holds(const struct selftest *t, const struct host *host, const char *version,
                    const char *engine, int64_t now_unix_ms);

// What later reports say of it: "adds about 9 us at P=1 (selftest 2 h ago)". Answers dst.
#define SELFTEST_QUOTE 160
char *selftest_quote(const struct selftest *t, int64_t now_unix_ms, char dst[SELFTEST_QUOTE]);
