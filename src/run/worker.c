// SPDX-License-Identifier: MIT
#include "run/worker.h"
#include "run/notes.h"
#include "run/plan_out.h"
#include "run/replay_hand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
    nodes->reading = w->plan->kinds ? plan_reading(w->plan, plan_asks(w->plan)) : 0;
    nodes_weigh(nodes);
    if (w->plan->upkeep.n) // which primaries alone can take
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

static int keep_schedule(struct worker *w, bool open)
{
    w->schedule = open ? calloc(1, sizeof *w->schedule) : NULL;
    if (w->schedule)
        schedule_reset(w->schedule);
    return w->schedule || !open ? 0 : -ENOMEM;
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
    w->scans = plan_scans(p);
    w->looks = crew->versions || w->scans;
    w->skims = plan_reads(p) && !w->looks && engine_skips(p->value_most, &p->target->addr, p->target->filter);
    w->ring = ring_of(p);
    w->clients_n = plan_share(p, part, 0).clients;
    w->users = w->clients_n;
    w->redial_ns = w->expiry.at_ns = UINT64_MAX;
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
        rc = recorder_init(&w->rec, conf->digits, run_conf_open(conf));
    if (rc == 0)
        rc = mixed_open(&w->mixed, p);
    if (rc == 0)
        rc = spots_open(&w->spots, p);
    if (rc == 0 && crew->versions)
        rc = notes_open(&w->verify, p, crew->versions, part, w->clients_n);
    if (rc == 0 && crew->replay && !(w->replaying = replay_hand_new(crew->replay, conf, w->clients_n)))
        rc = -ENOMEM;
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
        rc = keep_schedule(w, run_conf_open(conf));
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
    spots_close(&w->spots);
    notes_close(w->verify);
    w->verify = NULL;
    replay_hand_free(w->replaying);
    w->replaying = NULL;
    sampler_free(&w->sampler);
    handshakes_free(&w->tls);
    connections_free(&w->connections);
    free(w->schedule);
    w->schedule = NULL;
    gaps_free(&w->gaps);
    series_free(&w->warm);
    series_free(&w->series);
}
