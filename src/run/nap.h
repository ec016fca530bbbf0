// SPDX-License-Identifier: MIT
// How a worker waits for a due time: asleep until shortly before it, then awake, polling. How shortly, it
// learns from how late the kernel has woken it: twice that. A turn of the polling in which nothing was found
// or asked is idle, all others are work. No clock: the caller says what time it is.
#pragma once

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define NAP_MARGIN_MAX_NS (100 * NS_PER_US) // the most that it stays awake for a due time
#define NAP_MARGIN_MIN_NS (2 * NS_PER_US)
#define NAP_TURN_MAX_NS (20 * NS_PER_US) // a turn for nothing that took longer did not have the CPU

struct nap {
    uint64_t late_ns;      // how late the kernel wakes: a moving mean
    uint64_t wake_ns;      // when the present sleep should end; 0: it has no due time, or none is under way
    uint64_t idle_from_ns; // since when nothing was found or done; 0: something was
    uint64_t spun_ns;      // spent polling for nothing, in all
    bool polls;            // the present wait does not sleep
};

static inline uint64_t nap_margin(const struct nap *n)
{
    uint64_t margin_ns = 2 * n->late_ns + NAP_MARGIN_MIN_NS;
    return margin_ns < NAP_MARGIN_MAX_NS ? margin_ns : NAP_MARGIN_MAX_NS;
}

// How long to sleep when the next thing is due at due_ns: 0 to poll.
static inline uint64_t nap_before(struct nap *n, uint64_t now_ns, uint64_t due_ns)
{
    uint64_t margin_ns = nap_margin(n);
    if (due_ns <= now_ns + margin_ns) {
        n->polls = true;
        return 0;
    }
    n->wake_ns = due_ns - margin_ns;
    return n->wake_ns - now_ns;
}

// The wait is over. Learns from it where nothing came before its end.
static inline void nap_over(struct nap *n, uint64_t now_ns, bool nothing_came)
{
    bool idle = n->polls && nothing_came && n->idle_from_ns;
    if (idle && now_ns - n->idle_from_ns < NAP_TURN_MAX_NS)
        n->spun_ns += now_ns - n->idle_from_ns;
    if (n->wake_ns && nothing_came && now_ns >= n->wake_ns) {
        uint64_t late_ns = now_ns - n->wake_ns;
        n->late_ns = (7 * n->late_ns + (late_ns < NAP_MARGIN_MAX_NS ? late_ns : NAP_MARGIN_MAX_NS)) / 8;
    }
    n->idle_from_ns = nothing_came ? now_ns : 0;
    n->wake_ns = 0;
    n->polls = false;
}

// Something is done: the turn is no idle one.
static inline void nap_works(struct nap *n)
{
    n->idle_from_ns = 0;
}
