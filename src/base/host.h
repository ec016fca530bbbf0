// SPDX-License-Identifier: MIT
// The machine a result was had on: what a reader must know before comparing it with another. Read once, at
// start, from /proc, /sys and uname; what cannot be read stays empty (texts) or -1/0 (numbers).
#pragma once

#include <stdint.h>

struct host {
    char name[65];          // uname nodename
    char cpu[128];          // "AMD EPYC ..."
    int cpus;               // online
    int cpus_allowed;       // in this process's affinity mask
    char kernel[128];       // "Linux 6.1.0-18-amd64"
    char machine[32];       // "x86_64"
    char governor[32];      // cpufreq governor of CPU 0
    char clocksource[32];   // "tsc", "kvm-clock"
    char virtualised[32];   // "hypervisor" when the CPU flag says so, else ""
    uint64_t memory_bytes;  // RAM
    double load1;           // load average of the last minute, -1 where unknown
    double clock_read_ns;   // cost of one clock_ns(), measured over some thousand calls
    uint64_t clock_step_ns; // smallest step seen between two reads that differ
};

void host_read(struct host *h);
