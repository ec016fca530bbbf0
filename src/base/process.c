// SPDX-License-Identifier: MIT
#include "base/process.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

// The first number of schedstat: ns on a processor.
static bool read_thread(const char *folder, const char *name, uint64_t *cpu_ns)
{
    char path[320];
    snprintf(path, sizeof path, "%s/%s/schedstat", folder, name);
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    bool read = fscanf(f, "%" SCNu64, cpu_ns) == 1;
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
        p->n += read_thread(folder, e->d_name, &p->threads[p->n].cpu_ns);
    }
    closedir(d);
    return p->n > 0;
}

// A thread's time before; a new one had none.
static uint64_t before_of(const struct process *before, int tid)
{
    for (unsigned i = 0; i < before->n; i++)
        if (before->threads[i].tid == tid)
            return before->threads[i].cpu_ns;
    return 0;
}

uint64_t process_busiest_ns(const struct process *before, const struct process *after)
{
    uint64_t most = 0;
    for (unsigned i = 0; i < after->n; i++) {
        uint64_t ns = after->threads[i].cpu_ns - before_of(before, after->threads[i].tid);
        most = ns > most ? ns : most;
    }
    return most;
}

uint64_t process_total_ns(const struct process *before, const struct process *after)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < after->n; i++)
        sum += after->threads[i].cpu_ns - before_of(before, after->threads[i].tid);
    return sum;
}
