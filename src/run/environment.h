// SPDX-License-Identifier: MIT
// What goes on around a test: the machine, the server's process, the server's own counters. Two looks, before
// and after, make the signals.
#pragma once

#include "base/process.h"
#include "run/plan.h"
#include "run/probe.h"
#include "stats/signals.h"

struct environment {
    uint64_t at_ns;
    uint64_t stolen, ticks; // of all CPUs, in the kernel's ticks
    uint64_t throttled;     // times, by this process's cgroup
    struct probe probe;     // INFO, where the server is asked
    struct process server;  // where it runs on this machine
};

// ask: with INFO too.
void environment_read(struct environment *s, const struct plan *p, bool ask, int stop_fd);

// Fills in what two looks tell about the test between them.
void environment_signals(struct signals *out, const struct environment *before,
                         const struct environment *after, const struct plan *p);
