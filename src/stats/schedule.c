// SPDX-License-Identifier: MIT
#include "stats/schedule.h"

#include <math.h>
#include <string.h>

void schedule_reset(struct schedule *s)
{
    memset(s, 0, sizeof *s);
    s->tick_ns = SCHEDULE_TICK_NS;
}

static void fold(uint32_t *counts)
{
    for (uint32_t i = 0; i < SCHEDULE_TICKS / 2; i++)
        counts[i] = counts[2 * i] + counts[2 * i + 1];
    memset(counts + SCHEDULE_TICKS / 2, 0, SCHEDULE_TICKS / 2 * sizeof *counts);
}

static void double_tick(struct schedule *s)
{
    fold(s->due);
    fold(s->sent);
    s->tick_ns *= 2;
    s->ticks = (s->ticks + 1) / 2;
}

void schedule_widen(struct schedule *s, uint64_t at_ns)
{
    while (at_ns / s->tick_ns >= SCHEDULE_TICKS)
        double_tick(s);
}

void schedule_merge(struct schedule *s, struct schedule *from)
{
    while (s->tick_ns < from->tick_ns)
        double_tick(s);
    while (from->tick_ns < s->tick_ns)
        double_tick(from);
    for (uint32_t i = 0; i < from->ticks; i++) {
        s->due[i] += from->due[i];
        s->sent[i] += from->sent[i];
    }
    s->ticks = s->ticks > from->ticks ? s->ticks : from->ticks;
}

// The last tick with something in it is cut short: it says nothing of how counts vary.
static double dispersion(const uint32_t *counts, uint32_t ticks)
{
    while (ticks > 0 && counts[ticks - 1] == 0)
        ticks--;
    double sum = 0, squares = 0, n = ticks > 0 ? ticks - 1 : 0;
    for (uint32_t i = 0; i + 1 < ticks; i++) {
        sum += counts[i];
        squares += (double)counts[i] * counts[i];
    }
    return sum > 0 && n > 1 ? fmax(0, squares - sum * sum / n) / (n - 1) / (sum / n) : 0;
}

struct punctuality schedule_of(const struct schedule *s)
{
    struct punctuality out = {.tick_ns = s->tick_ns};
    uint64_t due = 0, sent = 0, most = 0;
    for (uint32_t i = 0; i < s->ticks; i++) {
        due += s->due[i];
        sent += s->sent[i];
        most = due - sent > most ? due - sent : most;
    }
    out.requests = sent;
    out.distance = sent ? (double)most / (double)sent : 0;
    out.due_dispersion = dispersion(s->due, s->ticks);
    out.sent_dispersion = dispersion(s->sent, s->ticks);
    return out;
}
