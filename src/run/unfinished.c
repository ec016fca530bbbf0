// SPDX-License-Identifier: MIT
#include "run/unfinished.h"

#include "run/replaying.h"
#include "run/verify.h"
#include "run/worker_rows.h"

#define UNSENT_SLICES 4096 // that what was never sent is told apart by, at most

static uint64_t since(const struct worker *w, uint64_t from_ns)
{
    return w->now_ns > from_ns ? w->now_ns - from_ns : 0; // the last event may be older than the last write
}

void unfinished_abandon(struct worker *w, struct client *c, enum abandoned why)
{
    uint64_t late = 0, timeout_ns = w->plan->conf->timeout_ns;
    if (w->verify)
        verify_abandon(w, c);
    for (; c->head != c->tail; c->head++) {
        const struct span *s = &c->spans[c->head & w->ring];
        recorder_unfinished(&w->rec, since(w, s->from_ns), s->n);
        late += why == ABANDONED_LATE && since(w, s->sent_ns) >= timeout_ns ? s->n : 0;
        if (w->mixing)
            mixed_unfinished(&w->mixed, s, since(w, s->from_ns));
    }
    if (c->outstanding)
        c->chain_ns = 0;
    w->area_ns += c->outstanding * w->now_ns;
    w->rec.counts.abandoned += c->outstanding;
    c->node->counts.abandoned += c->outstanding;
    w->rec.counts.lost += why == ABANDONED_END ? 0 : c->outstanding - late;
    w->rec.counts.timeouts += late;
    w->outstanding -= c->outstanding;
    c->outstanding = 0;
}

// The end of a slice of so many ns, or of 1 ns, that begins at due_ns: not beyond its row.
static uint64_t slice_end(const struct worker *w, uint64_t due_ns, double slice_ns)
{
    uint64_t end_ns = due_ns + 1 + (uint64_t)slice_ns;
    if (!w->rows)
        return end_ns;
    uint64_t row_end_ns = due_ns + w->rows->step_ns - (due_ns - w->start_ns) % w->rows->step_ns;
    return row_end_ns < end_ns ? row_end_ns : end_ns;
}

// What was due and never left: by the end of the time or, where the test ended before, by now. It takes no
// longer for a higher rate: where there is much, slice by slice, and each at the least that it waited.
void unfinished_unsent(struct worker *w, uint64_t requests)
{
    if (w->replaying)
        replaying_unsent(w, requests);
    if (w->replaying || w->deadline_ns == 0 || pace_closed(&w->pace)) // nothing began
        return;
    uint64_t until_ns = w->now_ns < w->deadline_ns ? w->now_ns : w->deadline_ns - 1;
    uint64_t unit = w->batch ? w->depth : 1;
    double slice_ns = ((double)until_ns - w->pace.next_ns) / UNSENT_SLICES;
    if (slice_ns < w->pace.gap_ns)
        slice_ns = 0; // each by itself
    while (requests && pace_due(&w->pace, until_ns)) {
        uint64_t due_ns = (uint64_t)w->pace.next_ns, end_ns = slice_end(w, due_ns, slice_ns);
        if (end_ns > until_ns)
            end_ns = until_ns;
        uint64_t n = unit * pace_skip(&w->pace, end_ns);
        if (n > requests)
            n = requests;
        recorder_unfinished(&w->rec, since(w, end_ns), n);
        w->rec.counts.unsent += n;
        requests -= n;
        worker_rows_due(w, due_ns, n);
    }
}
