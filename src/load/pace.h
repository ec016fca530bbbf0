// SPDX-License-Identifier: MIT
// When the next request is due. Due times are a plan made beforehand: they accumulate, and are never moved to
// suit a late sender. No clock: the caller says what time it is.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct pace {
    double next_ns; // due time of the next request (or batch of them); doubles are exact to 1 ns for 104 days
    double gap_ns;  // between two; 0: closed loop, always due
};

// Worker `part` of `parts` of a plan of `rate` requests a second in all, due `unit` at a time, from start_ns
// on. rate 0: closed loop.
static inline struct pace pace_init(double rate, unsigned unit, unsigned part, unsigned parts,
                                    uint64_t start_ns)
{
    if (rate <= 0)
        return (struct pace){0};
    double gap = 1e9 * unit / rate;
    return (struct pace){.next_ns = (double)start_ns + gap * part, .gap_ns = gap * parts};
}

static inline bool pace_closed(const struct pace *p)
{
    return p->gap_ns == 0;
}

static inline bool pace_due(const struct pace *p, uint64_t now_ns)
{
    return p->next_ns <= (double)now_ns;
}

// Takes what is due and answers its due time.
static inline uint64_t pace_take(struct pace *p)
{
    double due = p->next_ns;
    p->next_ns += p->gap_ns;
    return (uint64_t)due;
}
