// SPDX-License-Identifier: MIT
// Counters and settings of the kernel, each from a file of its own form. What cannot be read is 0.
#pragma once

#include <stdint.h>

#define KERNEL_STAT "/proc/stat"
#define KERNEL_CGROUP "/sys/fs/cgroup/cpu.stat" // version 2, as a container sees its own
#define KERNEL_PORTS "/proc/sys/net/ipv4/ip_local_port_range"

// Time of all CPUs, in the kernel's ticks: all of it, and that which another guest of the machine had.
struct kernel_times {
    uint64_t all, stolen;
};

struct kernel_times kernel_times(const char *stat);
uint64_t kernel_throttled(const char *cgroup); // times that this process's group was made to stop
unsigned kernel_ports(const char *range);      // that a connection may come from
