// SPDX-License-Identifier: MIT
// A clock for counting instructions: it goes on by a fixed step each time it is asked, so that what a run
// does by time (rows of the series, looks at its flags) depends on how many requests it made, and on nothing
// else. Preloaded by bench/instructions; measures nothing.
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#define START_S 1000
#define STEP_NS 500 // about what a request of the null engine takes
#define NS_PER_S UINT64_C(1000000000)

static atomic_uint_fast64_t now_ns = START_S * NS_PER_S;

int clock_gettime(clockid_t clock, struct timespec *t)
{
    (void)clock;
    uint64_t ns = atomic_fetch_add_explicit(&now_ns, STEP_NS, memory_order_relaxed);
    *t = (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
    return 0;
}
