// SPDX-License-Identifier: MIT
// Another process on this machine: what its threads have used of the processor, and where it may run.
#pragma once

#include "base/cpus.h"

#include <stdbool.h>
#include <stdint.h>

#define PROCESS_THREADS_MAX 256

struct process {
    unsigned n;
    struct {
        int tid;
        uint64_t cpu_ns;
        uint64_t queued_ns; // runnable, and not scheduled
    } threads[PROCESS_THREADS_MAX];
};

// False when there is none of that pid, or it cannot be looked at.
bool process_read(struct process *p, int64_t pid);

// The most that one thread has run between two looks, ns.
uint64_t process_busiest_ns(const struct process *before, const struct process *after);

// How long the thread that wanted a processor for longest was not given one between two looks, ns.
uint64_t process_queued_ns(const struct process *before, const struct process *after);

// How many CPUs there are that both processes may run on; 0 where there are none, or it cannot be known.
unsigned process_shared_cpus(int64_t pid, int64_t other);

// What all of them have run.
uint64_t process_total_ns(const struct process *before, const struct process *after);
