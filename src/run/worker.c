// SPDX-License-Identifier: MIT
#include "run/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define UNSENT_SLICES 4096 // that what was never sent is told apart by, at most

// --- rows, and what stays unanswered ---

static double cpu_s(void)
{
    struct usage u;
    usage_read(&u);
    return usage_cpu_s(&u);
}

void worker_begin_rows(struct worker *w, struct series *rows)
{
    w->rows = rows;
    w->edge_ns = UINT64_MAX;
    if (!rows)
        return;
    pthread_mutex_lock(&w->series_lock); // the phase may have begun for whoever looks
    series_reset(rows, w->plan->step_ns);
    rows->before.cpu_s = cpu_s();
    pthread_mutex_unlock(&w->series_lock);
    w->edge_ns = w->start_ns + series_edge(rows);
}

static void check_rows(struct worker *w, int rc)
{
    if (rc == 0)
        return;
    w->edge_ns = UINT64_MAX;
    w->rows = NULL;
    if (!w->err.code)
        err_set(&w->err, ERR_RUN, "there was not enough memory for the rows of the series");
}

void worker_mark(struct worker *w)
{
    while (w->rows && w->now_ns >= w->edge_ns) {
        pthread_mutex_lock(&w->series_lock);
        int rc = series_mark(w->rows, &w->rec, cpu_s());
        w->edge_ns = w->start_ns + series_edge(w->rows);
        pthread_mutex_unlock(&w->series_lock);
        check_rows(w, rc);
    }
}

void worker_end_rows(struct worker *w)
{
    worker_mark(w);
    pthread_mutex_lock(&w->series_lock);
    if (w->rows)
        check_rows(w, series_end(w->rows, &w->rec, cpu_s(), w->now_ns - w->start_ns));
    w->rows = NULL;
    pthread_mutex_unlock(&w->series_lock);
}

// Rows that are there already may be read from outside; the next one is the worker's alone.
void worker_due(struct worker *w, uint64_t due_ns, uint64_t n)
{
    if (!w->rows)
        return;
    uint64_t at_ns = due_ns - w->start_ns;
    bool past = series_past(w->rows, at_ns);
    if (past)
        pthread_mutex_lock(&w->series_lock);
    series_due(w->rows, at_ns, n);
    if (past)
        pthread_mutex_unlock(&w->series_lock);
}

static uint64_t since(const struct worker *w, uint64_t from_ns)
{
    return w->now_ns > from_ns ? w->now_ns - from_ns : 0; // the last event may be older than the last write
}

void worker_abandon(struct worker *w, struct client *c, enum abandoned why)
{
    for (; c->head != c->tail; c->head++) {
        const struct span *s = &c->spans[c->head & w->ring];
        recorder_unfinished(&w->rec, since(w, s->from_ns), s->n);
        if (w->mixing)
            mixed_unfinished(&w->mixed, s, since(w, s->from_ns));
    }
    w->area_ns += c->outstanding * w->now_ns;
    w->rec.counts.abandoned += c->outstanding;
    c->node->counts.abandoned += c->outstanding;
    w->rec.counts.lost += why == ABANDONED_LOST ? c->outstanding : 0;
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
void worker_give_up_unsent(struct worker *w, uint64_t requests)
{
    if (w->deadline_ns == 0 || pace_closed(&w->pace)) // nothing began
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
        worker_due(w, due_ns, n);
    }
}

// --- memory ---

// Of a cluster's requests that leave together each may be due at another time, of a mix each of another kind.
static uint32_t ring_of(const struct plan *p)
{
    uint32_t n = 1;
    bool many = p->conf->pipeline_mode == PIPELINE_WINDOW || p->target->cluster || p->kinds > 1;
    while (many && n < p->conf->pipeline)
        n *= 2;
    return n - 1;
}

static size_t aligned(size_t n)
{
    return (n + 15) & ~(size_t)15;
}

// One block for all clients' buffers: spans, pieces, bytes.
static int lay_out(struct worker *w)
{
    size_t spans = aligned((w->ring + 1) * sizeof(struct span));
    size_t pieces = aligned(plan_out_pieces(w->plan) * sizeof(struct iovec));
    size_t each = spans + pieces + aligned(plan_out_bytes(w->plan));
    char *at = calloc(w->clients_n, each);
    w->slab = at;
    if (at)
        w->clients = calloc(w->clients_n, sizeof *w->clients);
    if (!w->clients)
        return -ENOMEM;
    for (unsigned i = 0; i < w->clients_n; i++, at += each) {
        w->clients[i].conn = (struct conn){.fd = -1, .how = &w->plan->target->how, .turn = w->part + i};
        w->clients[i].node = w->nodes.at;
        w->clients[i].depth = w->depth;
        w->clients[i].spans = (struct span *)at;
        w->clients[i].iov = (struct iovec *)(at + spans);
        w->clients[i].out = at + spans + pieces;
    }
    return 0;
}

// By the slots that the nodes own; all to the one where there are none.
static int deal_clients_out(struct worker *w)
{
    struct nodes *nodes = &w->nodes;
    nodes->reading =
        w->plan->kinds && w->plan->asks->only_reads && w->plan->conf->read_from != READ_FROM_PRIMARY;
    nodes_weigh(nodes);
    if (w->plan->fill.request.len) // which primaries alone can take
        for (unsigned i = 0; i < nodes->n; i++)
            nodes->at[i].weight += nodes->at[i].slots > 0;
    unsigned *slots = calloc(2 * (size_t)nodes->n + 1, sizeof *slots), *dealt = slots + nodes->n;
    if (!slots)
        return -ENOMEM;
    for (unsigned i = 0; i < nodes->n; i++)
        slots[i] = nodes->at[i].weight;
    map_deal(slots, nodes->n, w->clients_n, dealt);
    unsigned c = 0;
    for (unsigned i = 0; i < nodes->n; i++)
        for (unsigned k = 0; k < dealt[i] && c < w->clients_n; k++)
            w->clients[c++].node = &nodes->at[i];
    free(slots);
    return 0;
}

static int keep_schedule(struct worker *w, double rate)
{
    w->schedule = rate > 0 ? calloc(1, sizeof *w->schedule) : NULL;
    if (w->schedule)
        schedule_reset(w->schedule);
    return w->schedule || !(rate > 0) ? 0 : -ENOMEM;
}

// The kernel stamps what comes by TCP.
static bool stamped(const struct plan *p)
{
    return p->target->engine != &engine_null && !addr_is_unix(&p->target->addr);
}

int worker_open(struct worker *w, struct crew *crew, unsigned part, struct err *err)
{
    const struct plan *p = crew->plan;
    const struct run_conf *conf = p->conf;
    *w = (struct worker){.crew = crew, .plan = p, .part = part, .ops = p->target->engine};
    if (p->target->filter)
        w->ops = &engine_filtered;
    w->depth = conf->pipeline;
    w->batch = conf->pipeline_mode == PIPELINE_BATCH;
    w->keepalive = (conf->keepalive && !conf->reconnect_every) || p->idle;
    w->quickack = conf->quickack;
    w->skims = plan_reads(p) && engine_skips(run_conf_value_most(conf), &p->target->addr, p->target->filter);
    w->ring = ring_of(p);
    w->clients_n = plan_share(p, part, 0).clients;
    w->users = w->clients_n;
    w->redial_ns = UINT64_MAX;
    w->chance = rng_init(~p->conf->seed, UINT64_MAX - part); // a stream of its own
    w->map = p->target->cluster;
    if (w->map && w->map->n > w->clients_n)
        w->clients_n = w->map->n;
    int rc = nodes_open(&w->nodes, p, w->clients_n);
    if (rc == 0)
        rc = lay_out(w);
    if (rc == 0 && w->map)
        rc = deal_clients_out(w);
    if (rc == 0)
        rc = recorder_init(&w->rec, conf->digits, conf->rate > 0);
    if (rc == 0)
        rc = mixed_open(&w->mixed, p);
    if (rc == 0)
        rc = series_init(&w->warm, &w->rec, p->step_ns);
    if (rc == 0)
        rc = series_init(&w->series, &w->rec, p->step_ns);
    if (rc == 0 && p->target->filter)
        rc = handshakes_init(&w->tls);
    if (rc == 0 && !w->keepalive)
        rc = connections_init(&w->connections);
    if (rc == 0)
        rc = stamped(p) ? sampler_init(&w->sampler, conf->wire_every, w->clients_n) : 0;
    if (rc == 0)
        rc = keep_schedule(w, conf->rate);
    if (rc == 0)
        rc = -pthread_mutex_init(&w->series_lock, NULL);
    if (rc == 0)
        return 0;
    worker_close(w);
    return err_set(err, ERR_RUN, "a worker for %u connections could not be set up: %s", w->clients_n,
                   strerror(-rc));
}

void worker_close(struct worker *w)
{
    if (w->io)
        w->ops->close(w->io);
    w->io = NULL;
    for (unsigned i = 0; w->clients && i < w->clients_n; i++)
        conn_close(&w->clients[i].conn);
    free(w->clients);
    free(w->slab);
    w->clients = NULL;
    w->slab = NULL;
    nodes_close(&w->nodes);
    recorder_free(&w->rec);
    mixed_close(&w->mixed);
    sampler_free(&w->sampler);
    handshakes_free(&w->tls);
    connections_free(&w->connections);
    free(w->schedule);
    w->schedule = NULL;
    gaps_free(&w->gaps);
    series_free(&w->warm);
    series_free(&w->series);
}
