// SPDX-License-Identifier: MIT
// The machine a result was had on: what a reader must know before comparing it with another. Read at start
// and end, from /proc, /sys and uname; what cannot be read stays empty (texts) or -1/0 (numbers).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOST_FACTS 24

// One line of the kernel's, as it stands there.
struct host_fact {
    const char *name;
    bool moves; // it changes by itself, as the load does
    char text[128];
};

struct host {
    char name[65];                      // uname nodename
    char cpu[128];                      // "AMD EPYC ..."
    int cpus;                           // online
    int cpus_allowed;                   // in this process's affinity mask
    char kernel[128];                   // "Linux 6.1.0-18-amd64"
    char machine[32];                   // "x86_64"
    char governor[32];                  // cpufreq governor of CPU 0
    char clocksource[32];               // "tsc", "kvm-clock"
    char virtualised[32];               // "hypervisor" when the CPU flag says so, else ""
    uint64_t memory_bytes;              // RAM
    double load1;                       // load average of the last minute, -1 where unknown
    double clock_read_ns;               // cost of one clock_ns(), measured over some thousand calls
    uint64_t clock_step_ns;             // smallest step seen between two reads that differ
    struct host_fact facts[HOST_FACTS]; // those that could be read; a name of NULL ends them
};

void host_read(struct host *h);

// The next fact that differs between two looks and does not move by itself, from *at on: sets was and is, and
// moves *at behind it. False when there is none.
bool host_change(const struct host *before, const struct host *after, size_t *at,
                 const struct host_fact **was, const struct host_fact **is);
