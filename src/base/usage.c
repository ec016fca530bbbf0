// SPDX-License-Identifier: MIT
#include "base/usage.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

// The second number of the line: ns on a run queue.
static double queued_s(void)
{
    char line[96], *end;
    int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, line, sizeof line - 1);
    close(fd);
    line[n > 0 ? n : 0] = 0;
    strtoull(line, &end, 10);
    return 1e-9 * (double)strtoull(end, NULL, 10);
}

void usage_read(struct usage *u)
{
    struct rusage r;
    *u = (struct usage){.queued_s = queued_s()};
    if (getrusage(RUSAGE_THREAD, &r) < 0)
        return;
    u->user_s = seconds(r.ru_utime);
    u->system_s = seconds(r.ru_stime);
    u->preempted = (uint64_t)r.ru_nivcsw;
}
