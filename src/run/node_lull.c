// SPDX-License-Identifier: MIT
#include "run/node_lull.h"

#include "run/patience.h"

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool is_silent(const struct worker *w, const struct node *node)
{
    const struct node_lull *l = &node->lull;
    return l->owed_ns < w->now_ns && w->now_ns - l->served_ns > l->gaps.min_ns;
}

void node_lull_reset(struct worker *w)
{
    for (unsigned i = 0; i < w->nodes.n; i++) {
        struct node_lull *l = &w->nodes.at[i].lull;
        gaps_reset(&l->gaps);
        *l = (struct node_lull){.served_ns = w->start_ns, .owed_ns = GAPS_OPEN, .gaps = l->gaps};
    }
    for (unsigned i = 0; i < w->clients_n; i++)
        if (w->clients[i].away) { // it broke in the phase before
            struct node_lull *l = &w->clients[i].node->lull;
            l->owed_ns = w->start_ns;
            l->broke_ns = w->start_ns + 1;
        }
}

void node_lull_broken(struct worker *w, struct client *c)
{
    struct node_lull *l = &c->node->lull;
    l->broke_ns = w->now_ns;
    if (c->outstanding)
        l->owed_ns = lesser(l->owed_ns, client_oldest(c, w->ring)->sent_ns);
}

static void note(struct node *node, uint64_t owed_ns, uint64_t to_ns, uint64_t paused_ns)
{
    struct node_lull *l = &node->lull;
    gaps_note(&l->gaps, (struct gap){.from_ns = lesser(l->served_ns + paused_ns, to_ns),
                                     .owed_ns = lesser(l->owed_ns, owed_ns),
                                     .to_ns = to_ns,
                                     .broke = l->broke_ns > l->served_ns,
                                     .missed = l->due});
    l->served_ns = to_ns;
    l->owed_ns = GAPS_OPEN;
    l->due = 0;
    l->heir = NULL;
}

void node_lull_end(struct worker *w, struct node *node, uint64_t sent_ns, uint64_t at_ns)
{
    uint64_t paused_ns = patience_pause(w);
    if (at_ns - node->lull.served_ns > node->lull.gaps.min_ns)
        note(node, sent_ns, at_ns, paused_ns);
    for (unsigned i = 0; node->lull.inherits && i < w->nodes.n; i++)
        if (w->nodes.at[i].lull.heir == node)
            note(&w->nodes.at[i], GAPS_OPEN, at_ns, paused_ns);
    node->lull.inherits = false;
}

void node_lull_moved(struct worker *w, struct node *from, struct node *to)
{
    if (from == to)
        from->lull.heir = NULL;
    if (from == to || !is_silent(w, from))
        return;
    if (to->lull.owed_ns == GAPS_OPEN)
        to->lull.owed_ns = w->now_ns;
    if (from->lull.heir)
        return;
    from->lull.heir = to;
    to->lull.inherits = true;
}

void node_lull_sorted(struct worker *w)
{
    for (unsigned i = 0; i < w->nodes.n; i++) {
        struct node *node = &w->nodes.at[i];
        if (!node->weight && !node->lull.heir && !node->fresh.n && !node->again.n && is_silent(w, node))
            note(node, GAPS_OPEN, w->now_ns, 0);
    }
}

void node_lull_paused(struct worker *w, uint64_t paused_ns)
{
    for (unsigned i = 0; i < w->nodes.n; i++) {
        struct node_lull *l = &w->nodes.at[i].lull;
        l->served_ns = lesser(l->served_ns + paused_ns, w->now_ns);
    }
}

void node_lull_last(struct worker *w)
{
    for (unsigned i = 0; i < w->clients_n; i++) {
        struct client *c = &w->clients[i];
        if (c->outstanding)
            c->node->lull.owed_ns = lesser(c->node->lull.owed_ns, client_oldest(c, w->ring)->sent_ns);
    }
    for (unsigned i = 0; i < w->nodes.n; i++)
        note(&w->nodes.at[i], GAPS_OPEN, GAPS_OPEN, 0);
}
