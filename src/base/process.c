// SPDX-License-Identifier: MIT
#include "base/process.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

// The first numbers of schedstat: ns on a processor, and ns on a run queue.
static bool read_thread(const char *folder, const char *name, uint64_t *cpu_ns, uint64_t *queued_ns)
{
    char path[320];
    snprintf(path, sizeof path, "%s/%s/schedstat", folder, name);
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    bool read = fscanf(f, "%" SCNu64 " %" SCNu64, cpu_ns, queued_ns) == 2;
    fclose(f);
    return read;
}

bool process_read(struct process *p, int64_t pid)
{
    char folder[48];
    p->n = 0;
    snprintf(folder, sizeof folder, "/proc/%" PRId64 "/task", pid);
    DIR *d = pid > 0 ? opendir(folder) : NULL;
    if (!d)
        return false;
    for (struct dirent *e; (e = readdir(d)) && p->n < PROCESS_THREADS_MAX;) {
        if (!isdigit((unsigned char)e->d_name[0]))
            continue;
        p->threads[p->n].tid = atoi(e->d_name);
        p->n += read_thread(folder, e->d_name, &p->threads[p->n].cpu_ns, &p->threads[p->n].queued_ns);
    }
    closedir(d);
    return p->n > 0;
}

struct spent {
    uint64_t cpu_ns, queued_ns;
};

// What the i-th thread after spent since before; a new one had spent nothing.
static struct spent spent_of(const struct process *before, const struct process *after, unsigned i)
{
    struct spent s = {after->threads[i].cpu_ns, after->threads[i].queued_ns};
    for (unsigned k = 0; k < before->n; k++) {
        if (before->threads[k].tid != after->threads[i].tid)
            continue;
        s.cpu_ns -= before->threads[k].cpu_ns;
        s.queued_ns -= before->threads[k].queued_ns;
        break;
    }
    return s;
}

uint64_t process_busiest_ns(const struct process *before, const struct process *after)
{
    uint64_t most = 0;
    for (unsigned i = 0; i < after->n; i++) {
        uint64_t ns = spent_of(before, after, i).cpu_ns;
        most = ns > most ? ns : most;
    }
    return most;
}

uint64_t process_queued_ns(const struct process *before, const struct process *after)
{
    struct spent most = {0};
    for (unsigned i = 0; i < after->n; i++) {
        struct spent s = spent_of(before, after, i);
        if (s.cpu_ns + s.queued_ns > most.cpu_ns + most.queued_ns)
            most = s;
    }
    return most.queued_ns;
}

uint64_t process_total_ns(const struct process *before, const struct process *after)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < after->n; i++)
        sum += spent_of(before, after, i).cpu_ns;
    return sum;
}

unsigned process_shared_cpus(int64_t pid, int64_t other)
{
    cpu_set_t mine, its;
    if (pid <= 0 || other <= 0 || sched_getaffinity((pid_t)pid, sizeof mine, &mine) < 0 ||
        sched_getaffinity((pid_t)other, sizeof its, &its) < 0)
        return 0;
    CPU_AND(&mine, &mine, &its);
    return (unsigned)CPU_COUNT(&mine);
}
