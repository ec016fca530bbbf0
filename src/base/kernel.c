// SPDX-License-Identifier: MIT
#include "base/kernel.h"

#include <inttypes.h>
#include <stdio.h>

// Of the first line: user nice system idle iowait irq softirq steal.
struct kernel_times kernel_times(const char *stat)
{
    uint64_t t[8] = {0};
    struct kernel_times times = {0};
    FILE *f = fopen(stat, "re");
    if (!f)
        return times;
    int n = fscanf(
        f, "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
        &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]);
    fclose(f);
    for (int i = 0; i < 8; i++)
        times.all += t[i];
    times.stolen = n == 8 ? t[7] : 0;
    return times;
}

uint64_t kernel_throttled(const char *cgroup)
{
    char line[128];
    uint64_t times = 0;
    FILE *f = fopen(cgroup, "re");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "nr_throttled %" SCNu64, &times);
    if (f)
        fclose(f);
    return times;
}

unsigned kernel_ports(const char *range)
{
    unsigned low, high;
    FILE *f = fopen(range, "re");
    if (!f)
        return 0;
    int n = fscanf(f, "%u %u", &low, &high);
    fclose(f);
    return n == 2 && high >= low ? high - low + 1 : 0;
}
