// SPDX-License-Identifier: MIT
#include "run/reroute.h"

#include "run/node_lull.h"
#include "run/ticket.h"
#include "run/verify_ticket.h"

static bool may_again(const struct worker *w, const struct client *c, const struct span *span)
{
    const struct ask *ask = w->mixing ? &w->plan->asks[span->kind] : w->asks;
    return ask->idempotent && c->again.times < w->plan->conf->retries;
}

// The oldest request that c has not answered waits for a connection. Without memory it does not.
static bool take_over(struct worker *w, struct client *c, const struct span *span)
{
    struct ticket *t = nodes_ticket(&w->nodes);
    if (!t)
        return false;
    *t = (struct ticket){
        .hops = c->hops, .tries = (uint8_t)(c->again.times + 1), .lost = true, .queued_ns = span->sent_ns};
    ticket_copy(w, c, t);
    t->slot = ticket_slot(w, t);
    if (w->verify)
        verify_ticket_again(w, c, t);
    struct node *node = ticket_node(w, t);
    node_lull_moved(w, c->node, node);
    node_queue_push(&node->again, t);
    w->queued++;
    return true;
}

// A retry is alone on its connection, as what is redirected is: all of c have the same number of tries.
void reroute_lost(struct worker *w, struct client *c)
{
    uint32_t kept = 0;
    for (uint32_t n = c->outstanding; n; n--) {
        c->outstanding = n; // the place of the oldest follows from it
        struct span *oldest = client_oldest(c, w->ring), one = *oldest;
        one.n = 1;
        bool taken = may_again(w, c, oldest) && take_over(w, c, oldest);
        client_answered(c, oldest);
        if (!taken && w->verify)
            verify_ticket_stays(w, c);
        if (!taken)
            client_asked(c, one, w->ring);
        kept += !taken;
    }
    c->outstanding = kept;
    w->nodes.uneven = true;
}
