// SPDX-License-Identifier: MIT
#include "run/route.h"

#include "base/clock.h"
#include "cluster/redirect.h"
#include "run/link.h"
#include "run/node_lull.h"
#include "run/ticket.h"
#include "run/verify_ticket.h"
#include "run/worker_rows.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_BYTES_MAX ((size_t)64 << 20) // of requests that wait, in the open loop
#define WAITING_MAX 65536
#define TRY_AGAIN_NS NS_PER_S               // how often a node that was never there is dialled,
#define COME_BACK_NS (100 * NS_PER_MS)      // one that was, which is to be found soon once it is back,
#define COME_BACK_EACH_NS (100 * NS_PER_US) // and so much more for each connection: 10,000 dials a second

// --- asking ---

// How many requests may be drawn ahead of the connections: in the closed loop what its users would ask, and
// in batches what it takes to fill one; in the open loop so many that memory suffices. The rest stays in the
// plan of due times.
static bool may_draw(const struct worker *w)
{
    if (pace_closed(&w->pace)) {
        uint64_t spare = w->batch ? w->nodes.n * (uint64_t)(w->depth - 1) : 0;
        return w->outstanding + w->queued < (uint64_t)w->users * w->depth + spare;
    }
    uint64_t until_ns = w->now_ns < w->deadline_ns ? w->now_ns : w->deadline_ns - 1;
    return pace_due(&w->pace, until_ns) && w->queued < WAITING_MAX &&
           w->queued * w->nodes.bytes_max < WAITING_BYTES_MAX;
}

static struct node *draw(struct worker *w, uint64_t due_ns, uint64_t late_ns)
{
    struct ticket *t = nodes_ticket(&w->nodes);
    if (!t)
        return NULL;
    *t = (struct ticket){.from_ns = due_ns, .late_ns = late_ns}; // before its bytes: some lie inside it
    ticket_write(w, t);
    struct node *node = ticket_node(w, t);
    t->queued_ns = node->fresh.n || !pool_any(&node->pool) ? w->now_ns : 0;
    node_queue_push(&node->fresh, t);
    node_lull_due(node, due_ns ? due_ns : w->now_ns);
    w->queued++;
    w->left--;
    return node;
}

// The next n tickets of the queue have left: what their answers will be measured by.
static void depart(struct worker *w, struct client *c, struct queue *q, uint32_t n, uint64_t sent_ns)
{
    bool open = !pace_closed(&w->pace);
    struct span span = {0};
    for (uint32_t i = 0; i < n; i++) {
        struct ticket *t = node_queue_pop(q);
        uint64_t from_ns = t->from_ns ? t->from_ns : sent_ns;
        if (open && node_ticket_fresh(t)) {
            uint64_t queued_ns = t->queued_ns ? sent_ns - t->queued_ns : 0;
            worker_left_late(w, sent_ns - from_ns, t->late_ns + queued_ns, 1);
            worker_rows_due(w, from_ns, 1);
            if (w->schedule)
                schedule_add(w->schedule, from_ns - w->start_ns, sent_ns - w->start_ns, 1);
        }
        if (span.n && (span.from_ns != from_ns || span.kind != t->kind)) {
            client_asked(c, span, w->ring);
            span.n = 0;
        }
        span = (struct span){from_ns, sent_ns, span.n + 1, t->kind};
        if (w->mixing && node_ticket_fresh(t))
            mixed_sent(&w->mixed, t->kind);
        c->hops = t->hops;
        c->again.times = t->tries;
        nodes_done(&w->nodes, t);
    }
    client_asked(c, span, w->ring);
    w->queued -= n;
}

// Its answer is waited for from now on, not from when it was sent before.
static void count_again(struct worker *w, const struct ticket *t, uint64_t sent_ns)
{
    w->rec.counts.retries += t->lost;
    if (w->rec.service) // which counts from here; latencies of the closed loop from the first time
        w->area_ns -= sent_ns - t->queued_ns;
}

static void ask(struct worker *w, struct client *c, struct queue *q, uint32_t n)
{
    bool again = !node_ticket_fresh(q->first);
    if (c->outstanding == 0 || c->at == w->depth)
        c->at = 0;
    if (n > w->depth - c->at)
        n = w->depth - c->at;
    ticket_lay(w, c, q->first, n);
    c->conn.asks = n + q->first->asking;
    c->state = q->first->asking ? CLIENT_ASKING : CLIENT_READY;
    if (!w->outstanding)
        w->quiet_ns = w->now_ns;
    if (w->quickack)
        conn_quickack(&c->conn);
    uint64_t sent_ns = clock_ns();
    if (w->sampler.every)
        sampler_asks(&w->sampler, c, sent_ns);
    if (again)
        count_again(w, q->first, sent_ns);
    depart(w, c, q, n, sent_ns);
    if (!again) { // else it was counted when it left first
        w->area_ns -= n * sent_ns;
        w->outstanding += n;
        w->rec.counts.sent += n;
    }
    int rc = w->ops->send(w->io, &c->conn);
    if (rc < 0)
        link_lost(w, c, rc, NULL);
    else if (!w->batch && !again && worker_room(w, c))
        worker_idles(w, c);
}

// Whether what waits for a node is enough for a write: in the closed loop a whole batch, as long as more of
// it may come.
static bool enough(const struct worker *w, const struct node *node, bool all)
{
    return node->fresh.n && (all || !w->batch || !pace_closed(&w->pace) || node->fresh.n >= w->depth);
}

// Asks what waits for the node, of its clients with room. What was redirected goes first, each by itself and
// on a connection that owes nothing. Answers how many writes that were.
static unsigned serve(struct worker *w, struct node *node, bool all)
{
    unsigned writes = 0;
    while ((node->again.n || enough(w, node, all)) && pool_any(&node->pool)) {
        struct client *c = worker_wakes(w, node);
        uint32_t room = c->state == CLIENT_READY && c->node == node ? worker_room(w, c) : 0;
        if (!room || (node->again.n && c->outstanding))
            continue; // it comes back with its next answer
        struct queue *q = node->again.n ? &node->again : &node->fresh;
        uint32_t n = node->again.n ? 1 : q->n;
        ask(w, c, q, n < room ? n : room);
        writes++;
    }
    return writes;
}

static unsigned serve_all(struct worker *w, bool all)
{
    unsigned writes = 0;
    for (unsigned i = 0; w->queued && i < w->nodes.n; i++)
        writes += serve(w, &w->nodes.at[i], all);
    return writes;
}

// Draws a request that is due, or as many as are due together: these leave in one write to each node.
static unsigned draw_due(struct worker *w)
{
    struct node *node = NULL;
    if (pace_closed(&w->pace)) {
        node = draw(w, 0, 0);
        return node ? serve(w, node, false) : UINT_MAX;
    }
    uint64_t due_ns = pace_take(&w->pace), late_ns = starve_since(&w->starve, due_ns);
    for (uint32_t n = w->batch ? w->depth : 1; n && w->left; n--)
        node = draw(w, due_ns, late_ns);
    return node ? serve_all(w, true) : UINT_MAX;
}

void route_ask(struct worker *w, unsigned most)
{
    unsigned writes = serve_all(w, !w->left);
    while (writes < most && w->left && w->idle && may_draw(w)) {
        unsigned more = draw_due(w);
        writes = more < most ? writes + more : most;
    }
    if (w->queued && (!w->left || !w->outstanding)) // no more comes to fill a batch
        serve_all(w, true);
}

// --- redirections ---

// The node that a redirection names; NULL where it is a name that no map has had yet.
static struct node *told(struct worker *w, const struct node *by, const struct redirect *to)
{
    char by_host[sizeof by->addr.text], host[TOPOLOGY_HOST];
    uint16_t port = to->port;
    struct addr addr;
    snprintf(host, sizeof host, "%s", to->host[0] ? to->host : addr_host(&by->addr, by_host));
    translate(w->plan->conf->addr_map, host, &port);
    addr_name(&addr, host, port);
    for (unsigned i = 0; i < w->nodes.n; i++)
        if (strcmp(w->nodes.at[i].addr.text, addr.text) == 0)
            return &w->nodes.at[i];
    return addr_literal(&addr, host, port) == 0 ? nodes_find(&w->nodes, &addr) : NULL;
}

static void ask_again(struct worker *w, struct ticket *t, struct queue *q)
{
    node_queue_push(q, t);
    w->queued++;
    w->outstanding++; // the loop takes it off with the reply
    w->area_ns -= w->now_ns;
}

// A cluster that serves nothing, or not this slot, may soon: its map is looked at again.
static bool route_down(struct worker *w, struct slice text)
{
    if (slice_starts(text, "CLUSTERDOWN")) {
        w->rec.counts.down++;
        crew_doubts_map(w->crew);
    }
    return false;
}

// A node that was never there, and that was tried just now.
static bool out_of_reach(const struct worker *w, const struct node *node)
{
    return node->refused && !node->proven && w->now_ns - node->tried_ns < TRY_AGAIN_NS;
}

// A request that everybody sends on to somebody else is given up: it counts as an error.
static void give_up_redirected(struct worker *w, const struct client *c, struct slice text)
{
    char quoted[96];
    if (!w->err.code && c->hops >= ROUTE_HOPS_MAX)
        err_set(&w->err, ERR_RUN, "gave up on a request after %d redirections: %s replied \"%s\" in the end",
                ROUTE_HOPS_MAX, c->node->addr.text, slice_quote(text, quoted, sizeof quoted));
}

bool route_redirected(struct worker *w, struct client *c, struct slice text)
{
    struct redirect to = redirect_of(text);
    if (to.kind == REDIRECT_NONE)
        return route_down(w, text);
    bool moved = to.kind == REDIRECT_MOVED;
    *(moved ? &w->rec.counts.moved : &w->rec.counts.asked) += 1;
    *(moved ? &c->node->counts.moved : &c->node->counts.asked) += 1;
    struct ticket *t = c->hops < ROUTE_HOPS_MAX ? nodes_ticket(&w->nodes) : NULL;
    if (!t) {
        give_up_redirected(w, c, text);
        return false;
    }
    struct node *node = told(w, c->node, &to);
    if (node && out_of_reach(w, node)) {
        nodes_done(&w->nodes, t);
        return false;
    }
    if (moved && node)
        nodes_give(&w->nodes, to.slot, node);
    if (moved || !node)
        crew_doubts_map(w->crew);
    *t = (struct ticket){.slot = to.slot,
                         .hops = (uint8_t)(c->hops + 1),
                         .tries = (uint8_t)c->again.times,
                         .queued_ns = client_oldest(c, w->ring)->sent_ns,
                         .asking = !moved && node};
    ticket_copy(w, c, t);
    if (w->verify)
        verify_ticket_redirected(w, c, t);
    ask_again(w, t, node ? &node->again : &w->nodes.strays);
    w->nodes.uneven = true;
    w->look_ns = node && node->weight ? w->look_ns : w->now_ns; // it may have no connection yet
    return true;
}

// --- connections ---

// Clients that are connected to each node, or will be.
static void count_clients(const struct worker *w, unsigned *have)
{
    for (unsigned i = 0; i < w->clients_n; i++)
        if (w->clients[i].state != CLIENT_GONE)
            have[w->clients[i].node - w->nodes.at]++;
}

static uint64_t try_again_ns(const struct worker *w, const struct node *node)
{
    uint64_t ns = COME_BACK_NS + w->clients_n * COME_BACK_EACH_NS;
    return node->proven && ns < TRY_AGAIN_NS ? ns : TRY_AGAIN_NS;
}

// Who lacks connections most. One that has none is tried with one first, and not too often.
static struct node *poorest(struct worker *w, const unsigned *want, const unsigned *have)
{
    struct node *poor = NULL;
    unsigned most = 0;
    for (unsigned i = 0; i < w->nodes.n; i++) {
        struct node *node = &w->nodes.at[i];
        unsigned lacks = want[i] > have[i] ? want[i] - have[i] : 0;
        bool waits = node->tried_ns && w->now_ns - node->tried_ns < try_again_ns(w, node) && have[i] == 0;
        if (lacks <= most || waits || (have[i] && !node->proven))
            continue;
        poor = node;
        most = lacks;
    }
    return poor;
}

// One that is not ready has nothing under way. It is left to itself, unless nobody needs it where it goes to.
static bool can_move(const struct worker *w, const struct client *c, const unsigned *want,
                     const unsigned *have)
{
    unsigned at = (unsigned)(c->node - w->nodes.at);
    if (c->state == CLIENT_GONE || (c->state < CLIENT_READY && want[at] == 0))
        return true;
    return c->state == CLIENT_READY && !c->outstanding && c->pooled && have[at] > want[at];
}

static void move(struct worker *w, struct client *c, struct node *to)
{
    if (c->pooled) {
        pool_remove(&c->node->pool, c);
        w->idle--;
    }
    if (c->state == CLIENT_READY)
        w->live--;
    else if (c->state < CLIENT_READY)
        w->opening--;
    if (c->state == CLIENT_WAITING)
        w->waiting--;
    else if (c->state != CLIENT_GONE)
        w->ops->hang_up(w->io, &c->conn);
    c->state = CLIENT_GONE;
    c->parser = (struct resp_parser){0};
    c->node = to;
    to->tried_ns = w->now_ns;
    link_dial(w, c);
}

// One for a node that is asked something, though it should have none: of whoever has most, or needs none now.
static void spare_one(const struct worker *w, unsigned *want, unsigned for_whom)
{
    unsigned from = for_whom;
    for (unsigned i = 0; i < w->nodes.n; i++) {
        const struct node *node = &w->nodes.at[i];
        bool idle = !node->again.n && !node->fresh.n;
        if (i != for_whom && want[i] > (idle ? 0 : 1) && (from == for_whom || want[i] > want[from]))
            from = i;
    }
    want[for_whom] = 1;
    if (from != for_whom)
        want[from]--;
}

static void want_clients(const struct worker *w, unsigned *want)
{
    unsigned n = w->nodes.n;
    unsigned *slots = calloc(n, sizeof *slots);
    if (!slots)
        return;
    for (unsigned i = 0; i < n; i++)
        slots[i] = w->nodes.at[i].weight;
    map_deal(slots, n, w->clients_n, want);
    for (unsigned i = 0; i < n; i++)
        if (!want[i] && (w->nodes.at[i].again.n || w->nodes.at[i].fresh.n))
            spare_one(w, want, i);
    free(slots);
}

// Connections go to where slots have gone. Answers whether all have what they should.
static bool even_out(struct worker *w)
{
    unsigned n = w->nodes.n;
    unsigned *want = calloc(2 * (size_t)n, sizeof *want), *have = want + n;
    bool even = true;
    if (!want)
        return false;
    want_clients(w, want);
    count_clients(w, have);
    for (unsigned i = 0; i < w->clients_n; i++) {
        struct client *c = &w->clients[i];
        struct node *to = can_move(w, c, want, have) ? poorest(w, want, have) : NULL;
        if (!to)
            continue;
        have[c->node - w->nodes.at] -= c->state != CLIENT_GONE;
        move(w, c, to);
        have[to - w->nodes.at]++;
    }
    for (unsigned i = 0; i < n; i++)
        even &= have[i] >= want[i];
    free(want);
    return even;
}

// --- maps ---

// All that waits, apart: what was redirected and what was never sent.
static void take_out(struct worker *w, struct queue *again, struct queue *fresh)
{
    *again = w->nodes.strays;
    w->nodes.strays = (struct queue){0};
    for (struct ticket *t = again->first; t; t = t->next)
        t->waited = TOPOLOGY_NOBODY;
    for (unsigned i = 0; i < w->nodes.n; i++) {
        struct node *node = &w->nodes.at[i];
        for (uint32_t n = node->again.n; n && node->again.first; n--) {
            struct ticket *t = node_queue_pop(&node->again);
            t->waited = (uint16_t)i;
            node_queue_push(t->asking && !node->refused ? &node->again : again, t);
        }
        while (node->fresh.first) {
            struct ticket *t = node_queue_pop(&node->fresh);
            t->waited = (uint16_t)i;
            node_queue_push(fresh, t);
        }
    }
}

static void put_in(struct worker *w, struct ticket *t, struct node *node, struct queue *q)
{
    if (t->waited != TOPOLOGY_NOBODY)
        node_lull_moved(w, &w->nodes.at[t->waited], node);
    node_queue_push(q, t);
}

// What waits goes to whoever owns its slot now.
static void sort_again(struct worker *w)
{
    struct queue again, fresh = {0};
    take_out(w, &again, &fresh);
    while (again.first) {
        struct ticket *t = node_queue_pop(&again);
        struct node *node = nodes_owner(&w->nodes, t->slot);
        t->asking = false;
        put_in(w, t, node, &node->again);
    }
    while (fresh.first) {
        struct ticket *t = node_queue_pop(&fresh);
        struct node *node = ticket_node(w, t);
        put_in(w, t, node, &node->fresh);
    }
    node_lull_sorted(w);
}

void route_look(struct worker *w)
{
    unsigned read = atomic_load_explicit(&w->crew->maps_read, memory_order_acquire);
    const struct map *newest = atomic_load_explicit(&w->crew->map, memory_order_acquire);
    if (read != w->maps_read) {
        w->maps_read = read;
        w->map = newest;
        nodes_adopt(&w->nodes, newest);
        sort_again(w);
        w->nodes.uneven = true;
    }
    if (!w->nodes.uneven || w->dialling)
        return;
    nodes_weigh(&w->nodes);
    w->nodes.uneven = !even_out(w);
    if (w->nodes.uneven)
        crew_doubts_map(w->crew);
}

// --- the end ---

void route_drop(struct worker *w)
{
    for (unsigned i = 0; pace_closed(&w->pace) && route_has(w) && i < w->nodes.n; i++)
        for (struct queue *q = &w->nodes.at[i].fresh; q->n; w->queued--)
            ticket_drop(w, node_queue_pop(q));
}

static void give_up(struct worker *w, struct queue *q)
{
    for (; q->n; w->queued--) {
        struct ticket *t = node_queue_pop(q);
        uint64_t took_ns = w->now_ns > t->from_ns ? w->now_ns - t->from_ns : 0;
        if (!node_ticket_fresh(t)) {
            struct span lost = {.n = 1, .kind = t->kind};
            if (w->mixing)
                mixed_unfinished(&w->mixed, &lost, took_ns);
            w->rec.counts.abandoned++;
            w->outstanding--;
            w->area_ns += w->now_ns;
        } else {
            w->rec.counts.unsent++;
            worker_rows_due(w, t->from_ns, 1);
        }
        recorder_unfinished(&w->rec, took_ns, 1);
        ticket_drop(w, t);
    }
}

void route_abandon(struct worker *w)
{
    if (!route_has(w))
        return;
    route_drop(w);
    for (unsigned i = 0; i < w->nodes.n; i++) {
        give_up(w, &w->nodes.at[i].fresh);
        give_up(w, &w->nodes.at[i].again);
    }
    give_up(w, &w->nodes.strays);
}
