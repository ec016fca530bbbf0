// SPDX-License-Identifier: MIT
// What goes on around a test: the machine, the server's process, the server's own counters. Two looks, before
// and after, make the signals.
#pragma once

#include "base/process.h"
#include "run/plan.h"
#include "run/probe.h"
#include "stats/signals.h"

#define ENVIRONMENT_NODES 64 // of a cluster that are asked

// What INFO of one node of a cluster tells.
struct environment_node {
    bool answered, aof, saving;
    double cpu_s, cpu_main_s; // less than 0: unknown
    int64_t commands, evicted, last_save, pid;
};

struct environment {
    uint64_t at_ns;
    uint64_t stolen, ticks;                          // of all CPUs, in the kernel's ticks
    uint64_t throttled;                              // times, by this process's cgroup
    struct probe probe;                              // INFO, where the server is asked
    struct process server;                           // where it runs on this machine
    unsigned nodes;                                  // of a cluster, that were asked beside it; 0: one server
    struct environment_node node[ENVIRONMENT_NODES]; // in the order of the map
};

// ask: with INFO too. before: the look before the test, NULL: this is it.
void environment_read(struct environment *s, const struct plan *p, const struct environment *before, bool ask,
                      int stop_fd);

// Fills in what two looks tell about the test between them.
void environment_signals(struct signals *out, const struct environment *before,
                         const struct environment *after, const struct plan *p);
