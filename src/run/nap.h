// SPDX-License-Identifier: MIT
// How a worker waits for a due time: asleep until shortly before it, then awake, polling. How shortly, it
// learns from how late the kernel has woken it: twice that. No clock: the caller says what time it is.
#pragma once

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define NAP_MARGIN_MAX_NS (100 * NS_PER_US) // the most that it stays awake for a due time
#define NAP_MARGIN_MIN_NS (2 * NS_PER_US)

struct nap {
    uint64_t late_ns;       // how late the kernel wakes: a moving mean
    uint64_t wake_ns;       // when the present sleep should end; 0: it has no due time, or none is under way
    uint64_t awake_from_ns; // since when the present wait polls; 0: it sleeps
    uint64_t spun_ns;       // spent polling, in all
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
        n->awake_from_ns = now_ns;
        return 0;
    }
    n->wake_ns = due_ns - margin_ns;
    return n->wake_ns - now_ns;
}

// The wait is over. Learns from it where nothing came before its end.
static inline void nap_over(struct nap *n, uint64_t now_ns, bool nothing_came)
{
    if (n->awake_from_ns)
        n->spun_ns += now_ns - n->awake_from_ns;
    if (n->wake_ns && nothing_came && now_ns >= n->wake_ns) {
        uint64_t late_ns = now_ns - n->wake_ns;
        n->late_ns = (7 * n->late_ns + (late_ns < NAP_MARGIN_MAX_NS ? late_ns : NAP_MARGIN_MAX_NS)) / 8;
    }
    n->wake_ns = n->awake_from_ns = 0;
}
