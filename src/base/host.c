// SPDX-License-Identifier: MIT
#include "base/host.h"

#include "base/clock.h"
#include "base/slice.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CLOCK_READS 5000

static void set_text(char *dst, size_t cap, const char *text)
{
    size_t n = strnlen(text, cap - 1);
    memcpy(dst, text, n);
    dst[n] = 0;
}

// The first line of a file without its end; "" where it cannot be read.
static void read_line(const char *path, char *dst, size_t cap)
{
    dst[0] = 0;
    FILE *f = fopen(path, "re");
    if (!f)
        return;
    if (fgets(dst, (int)cap, f))
        dst[strcspn(dst, "\n")] = 0;
    fclose(f);
}

static void read_names(struct host *h)
{
    struct utsname u;
    if (uname(&u) < 0)
        return;
    set_text(h->name, sizeof h->name, u.nodename);
    set_text(h->machine, sizeof h->machine, u.machine);
    snprintf(h->kernel, sizeof h->kernel, "%.40s %.80s", u.sysname, u.release);
}

// One line of /proc/cpuinfo. Every CPU repeats them: the first says enough.
static void take_cpu_line(struct host *h, const char *line)
{
    const char *colon = strchr(line, ':');
    if (!colon)
        return;
    const char *value = colon[1] == ' ' ? colon + 2 : colon + 1;
    if (!h->cpu[0] && strncmp(line, "model name", 10) == 0)
        set_text(h->cpu, sizeof h->cpu, value);
    if (strncmp(line, "flags", 5) == 0 && strstr(value, "hypervisor"))
        set_text(h->virtualised, sizeof h->virtualised, "hypervisor");
}

static void read_cpuinfo(struct host *h)
{
    FILE *f = fopen("/proc/cpuinfo", "re");
    if (!f)
        return;
    char *line = NULL;
    size_t cap = 0;
    while (getline(&line, &cap, f) > 0 && line[0] != '\n') { // a blank line ends the first CPU
        line[strcspn(line, "\n")] = 0;
        take_cpu_line(h, line);
    }
    free(line);
    fclose(f);
}

static void read_cpu_counts(struct host *h)
{
    static cpu_set_t mask[16]; // one cpu_set_t holds 1024 CPUs, and the kernel refuses a mask too small
    h->cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof mask, mask) == 0)
        h->cpus_allowed = CPU_COUNT_S(sizeof mask, mask);
}

static void read_memory_and_load(struct host *h)
{
    struct sysinfo s;
    h->load1 = -1;
    if (sysinfo(&s) < 0)
        return;
    h->memory_bytes = (uint64_t)s.totalram * s.mem_unit;
    h->load1 = (double)s.loads[0] / (1 << SI_LOAD_SHIFT);
}

static void weigh_clock(struct host *h)
{
    uint64_t smallest = UINT64_MAX;
    uint64_t start = clock_ns();
    uint64_t last = start;
    for (int i = 0; i < CLOCK_READS; i++) {
        uint64_t now = clock_ns();
        if (now != last && now - last < smallest)
            smallest = now - last;
        last = now;
    }
    h->clock_read_ns = (double)(last - start) / CLOCK_READS;
    h->clock_step_ns = smallest == UINT64_MAX ? 0 : smallest;
}

#define CPU "/sys/devices/system/cpu/"

static const struct {
    const char *name, *path;
    bool moves;
} files[] = {
    {"kernel_build", "/proc/sys/kernel/version", false},
    {"kernel_command_line", "/proc/cmdline", false},
    {"load", "/proc/loadavg", true},
    {"pressure_cpu", "/proc/pressure/cpu", true},
    {"frequency_driver", CPU "cpu0/cpufreq/scaling_driver", false},
    {"frequency_khz", CPU "cpu0/cpufreq/scaling_cur_freq", true},
    {"boost", CPU "cpufreq/boost", false},
    {"no_turbo", CPU "intel_pstate/no_turbo", false},
    {"smt", CPU "smt/active", false},
    {"isolated_cpus", CPU "isolated", false},
    {"nohz_full_cpus", CPU "nohz_full", false},
    {"spectre_v2", CPU "vulnerabilities/spectre_v2", false},
    {"spec_rstack_overflow", CPU "vulnerabilities/spec_rstack_overflow", false},
    {"transparent_hugepage", "/sys/kernel/mm/transparent_hugepage/enabled", false},
    {"aslr", "/proc/sys/kernel/randomize_va_space", false},
    {"cgroup_cpu_max", "/sys/fs/cgroup/cpu.max", false},
    {"cgroup_cpus", "/sys/fs/cgroup/cpuset.cpus.effective", false},
    {"somaxconn", "/proc/sys/net/core/somaxconn", false},
    {"tcp_congestion_control", "/proc/sys/net/ipv4/tcp_congestion_control", false},
    {"tcp_rmem", "/proc/sys/net/ipv4/tcp_rmem", false},
    {"tcp_wmem", "/proc/sys/net/ipv4/tcp_wmem", false},
    {"tcp_autocorking", "/proc/sys/net/ipv4/tcp_autocorking", false},
};
_Static_assert(sizeof files / sizeof *files < HOST_FACTS, "one more ends the list");

static void read_facts(struct host *h)
{
    struct host_fact *to = h->facts;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        read_line(files[i].path, to->text, sizeof to->text);
        if (!to->text[0])
            continue;
        to->name = files[i].name;
        to->moves = files[i].moves;
        to++;
    }
}

static const struct host_fact *find_fact(const struct host *h, const char *name)
{
    for (const struct host_fact *f = h->facts; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

bool host_change(const struct host *before, const struct host *after, size_t *at,
                 const struct host_fact **was, const struct host_fact **is)
{
    while (before->facts[*at].name) {
        *was = &before->facts[(*at)++];
        *is = find_fact(after, (*was)->name);
        if (*is && !(*was)->moves && strcmp((*was)->text, (*is)->text) != 0)
            return true;
    }
    return false;
}

void host_read(struct host *h)
{
    *h = (struct host){0};
    read_names(h);
    read_cpuinfo(h);
    read_cpu_counts(h);
    read_memory_and_load(h);
    read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", h->governor, sizeof h->governor);
    read_line("/sys/devices/system/clocksource/clocksource0/current_clocksource", h->clocksource,
              sizeof h->clocksource);
    read_facts(h);
    weigh_clock(h);
}
