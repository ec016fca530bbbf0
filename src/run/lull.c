// SPDX-License-Identifier: MIT
#include "run/lull.h"

#include "run/node_lull.h"

void lull_reset(struct worker *w)
{
    gaps_reset(&w->gaps);
    w->served_ns = w->start_ns;
    w->owes_ns = w->broke_ns = 0;
    for (unsigned i = 0; i < w->clients_n; i++)
        if (w->clients[i].away) { // it broke in the phase before
            w->owes_ns = w->start_ns;
            w->broke_ns = w->start_ns + 1;
        }
    if (w->map)
        node_lull_reset(w);
}

void lull_broken(struct worker *w, struct client *c)
{
    w->broke_ns = w->now_ns;
    if (w->map)
        node_lull_broken(w, c);
    lull_owes(w, c);
}

void lull_owes(struct worker *w, const struct client *c)
{
    bool asks = c->outstanding || pace_closed(&w->pace);
    if (asks && w->owes_ns < w->served_ns)
        w->owes_ns = w->quiet_ns;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void note(struct worker *w, uint64_t owed_ns, uint64_t to_ns, uint64_t paused_ns)
{
    if (w->owes_ns >= w->served_ns)
        owed_ns = lesser(owed_ns, w->owes_ns);
    gaps_note(&w->gaps, (struct gap){.from_ns = lesser(w->served_ns + paused_ns, to_ns),
                                     .owed_ns = owed_ns,
                                     .to_ns = to_ns,
                                     .broke = w->broke_ns > w->served_ns});
}

void lull_end(struct worker *w, uint64_t asked_ns, uint64_t at_ns, uint64_t paused_ns)
{
    note(w, lesser(asked_ns, w->quiet_ns), at_ns, paused_ns);
}

// Since when an answer is owed that did not come.
static uint64_t owed_since(const struct worker *w)
{
    bool due = !pace_closed(&w->pace) && w->pace.next_ns < (double)lesser(w->now_ns, w->deadline_ns);
    uint64_t due_ns = due ? (uint64_t)w->pace.next_ns : GAPS_OPEN;
    return lesser(due_ns, w->outstanding || w->queued ? w->quiet_ns : GAPS_OPEN);
}

void lull_last(struct worker *w)
{
    note(w, owed_since(w), GAPS_OPEN, 0);
    if (w->map)
        node_lull_last(w);
}
