// SPDX-License-Identifier: MIT
// What the calling thread has used of the processor, and what it waited for it. What the kernel does not tell
// stays 0.
#pragma once

#include <stdint.h>

struct usage {
    double user_s, system_s;
    double queued_s;    // ready to run, and another ran (Linux: schedstat)
    uint64_t preempted; // times that it was made to stop
};

void usage_read(struct usage *u);

static inline double usage_cpu_s(const struct usage *u)
{
    return u->user_s + u->system_s;
}

// now -= before.
static inline void usage_subtract(struct usage *now, const struct usage *before)
{
    now->user_s -= before->user_s;
    now->system_s -= before->system_s;
    now->queued_s -= before->queued_s;
    now->preempted -= before->preempted;
}
