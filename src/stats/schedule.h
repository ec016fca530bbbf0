// SPDX-License-Identifier: MIT
// Whether requests left as they were due: how many were due, and how many left, in each of many short ticks
// since the start. No more ticks than there is room for: where a run is longer, each is twice as long. Knows
// no clock.
#pragma once

#include <stdint.h>

#define SCHEDULE_TICKS 4096
#define SCHEDULE_TICK_NS UINT64_C(1000000) // at first

struct schedule {
    uint64_t tick_ns;
    uint32_t ticks; // that have begun
    uint32_t due[SCHEDULE_TICKS], sent[SCHEDULE_TICKS];
};

// What the counts say. Requests that never left are in none of them.
struct punctuality {
    uint64_t requests; // 0: nothing is known
    uint64_t tick_ns;
    double distance; // Kolmogorov and Smirnov's: the greatest share of all that was due and had not left
    double due_dispersion, sent_dispersion; // variance of a tick's count over its mean: 1 by chance, 0 evenly
};

void schedule_reset(struct schedule *s);

// Makes ticks twice as long, until this time is in one.
void schedule_widen(struct schedule *s, uint64_t at_ns);

// n requests that were due and left at these times since the start; due_ns <= sent_ns.
static inline void schedule_add(struct schedule *s, uint64_t due_ns, uint64_t sent_ns, uint32_t n)
{
    if (sent_ns / s->tick_ns >= SCHEDULE_TICKS)
        schedule_widen(s, sent_ns);
    uint32_t last = (uint32_t)(sent_ns / s->tick_ns);
    s->due[due_ns / s->tick_ns] += n;
    s->sent[last] += n;
    s->ticks = s->ticks > last + 1 ? s->ticks : last + 1;
}

// Adds what another thread sent since the same start; both may be widened.
void schedule_merge(struct schedule *s, struct schedule *from);

struct punctuality schedule_of(const struct schedule *s);
