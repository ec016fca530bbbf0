// SPDX-License-Identifier: MIT
#include "run/knock.h"

#include "base/clock.h"
#include "run/lull.h"
#include "run/patience.h"
#include "run/worker_rows.h"

void knock_shut(struct worker *w, struct client *c)
{
    w->ops->hang_up(w->io, &c->conn);
    w->rec.counts.attributes += c->parser.attributed;
    c->parser = (struct resp_parser){0};
    c->state = CLIENT_SHUT;
    c->away_ns = 0;
    c->held_n = c->head = c->tail = 0;
    worker_idles(w, c);
}

void knock_begin(struct worker *w)
{
    for (unsigned i = 0; i < w->clients_n; i++)
        if (w->clients[i].state == CLIENT_READY && !w->clients[i].outstanding)
            knock_shut(w, &w->clients[i]);
}

uint64_t knock_due(struct worker *w, struct client *c, uint32_t n)
{
    uint64_t due_ns = pace_take(&w->pace), now_ns = clock_ns();
    c->held_late_ns = starve_since(&w->starve, due_ns);
    if (w->plan->conf->connect_only)
        worker_left_late(w, now_ns - due_ns, c->held_late_ns, n);
    worker_rows_due(w, due_ns, n);
    if (w->schedule)
        schedule_add(w->schedule, due_ns - w->start_ns, now_ns - w->start_ns, n);
    return due_ns;
}

int knock_send(struct worker *w, struct client *c)
{
    uint64_t sent_ns = clock_ns(), n = c->outstanding;
    struct span *first = client_oldest(c, w->ring);
    bool open = !pace_closed(&w->pace);
    if (w->quickack)
        conn_quickack(&c->conn);
    if (open)
        worker_left_late(w, sent_ns - first->from_ns, c->held_late_ns + sent_ns - c->dialled_ns, (uint32_t)n);
    if (open) // what it took to serve counts from here
        w->area_ns -= n * (sent_ns - first->sent_ns);
    for (uint32_t at = c->head; at != c->tail; at++)
        c->spans[at & w->ring].sent_ns = sent_ns;
    if (w->sampler.every)
        sampler_asks(&w->sampler, c, sent_ns);
    c->conn.out = c->iov;
    c->conn.out_n = c->held_n;
    c->conn.asks = (uint32_t)n;
    c->held_n = 0;
    return w->ops->send(w->io, &c->conn);
}

bool knock_done(struct worker *w, struct client *c)
{
    bool at_last = false;
    struct span *span = client_oldest(c, w->ring);
    uint64_t from_ns = span->from_ns, sent_ns = span->sent_ns, at_ns = w->now_ns;
    if (c->outstanding) {
        client_answered(c, span);
        recorder_ok(&w->rec, at_ns - from_ns, 1);
        if (w->rec.service)
            hist_record(w->rec.service, at_ns - sent_ns, 1);
        w->area_ns += at_ns;
        w->outstanding--;
        at_last = lull_ended(w, at_ns);
        if (at_last)
            lull_end(w, from_ns, at_ns, patience_pause(w));
        w->quiet_ns = w->served_ns = at_ns;
    }
    knock_shut(w, c);
    return at_last;
}
