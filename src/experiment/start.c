// SPDX-License-Identifier: MIT
#include "experiment/start.h"

#include "base/clock.h"

#define CLOSE_NS (5 * NS_PER_MS) // from here on without looking for signals
#define LOOK_NS NS_PER_S         // the clock may be set meanwhile

static bool wait_long(uint64_t at_ns, const struct stopper *stop)
{
    for (uint64_t now_ns = clock_real_ns(); now_ns + CLOSE_NS < at_ns; now_ns = clock_real_ns()) {
        uint64_t left_ns = at_ns - now_ns - CLOSE_NS;
        int ms = (int)((left_ns < LOOK_NS ? left_ns : LOOK_NS) / NS_PER_MS) + 1;
        if (stopper_wait(stop, -1, ms))
            return false;
    }
    return true;
}

int start_ready(void *start, struct stopper *stop, uint64_t *at_ns, struct err *err)
{
    struct start *s = start;
    (void)err;
    if (s->past || s->at_ns == 0)
        return 0;
    s->past = true;
    uint64_t now_ns = clock_real_ns();
    if (s->at_ns > now_ns && wait_long(s->at_ns, stop))
        *at_ns = s->at_ns - (clock_real_ns() - clock_ns());
    return 0;
}

int64_t start_late_ns(const struct start *s, const struct summary *first)
{
    uint64_t began_ns = first->start_ns + (clock_real_ns() - clock_ns());
    return (int64_t)(began_ns - s->at_ns - first->warmup_ns);
}
