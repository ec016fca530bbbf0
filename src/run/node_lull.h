// SPDX-License-Identifier: MIT
// What a worker notes of the long times in which one node of a cluster had no answer, though others may have
// had: until it answers, or whoever was given its slots does. As lull.h; one server has none of this.
#pragma once

#include "run/worker.h"

void node_lull_reset(struct worker *w); // a phase begins, whose start is known

// A request is due to the node at at_ns.
static inline void node_lull_due(struct node *node, uint64_t at_ns)
{
    if (node->lull.owed_ns == GAPS_OPEN)
        node->lull.owed_ns = at_ns;
    node->lull.due++;
}

// A connection is no connection any more; before what it owes is abandoned.
void node_lull_broken(struct worker *w, struct client *c);

void node_lull_end(struct worker *w, struct node *node, uint64_t sent_ns, uint64_t at_ns);

// The node answered at at_ns what was sent at sent_ns.
static inline void node_lull_answered(struct worker *w, struct node *node, uint64_t sent_ns, uint64_t at_ns)
{
    struct node_lull *l = &node->lull;
    if (at_ns - l->served_ns > l->gaps.min_ns || l->inherits)
        node_lull_end(w, node, sent_ns, at_ns);
    l->served_ns = at_ns;
    l->owed_ns = GAPS_OPEN;
    l->due = 0;
}

// Somebody else now has a request that waited for `from`.
void node_lull_moved(struct worker *w, struct node *from, struct node *to);

// All that waited was sorted anew: who is silent, has no slots and nobody waiting for it owes nothing.
void node_lull_sorted(struct worker *w);

void node_lull_paused(struct worker *w, uint64_t paused_ns); // this program did not run: nobody's silence

// The run is over, and nothing is abandoned yet.
void node_lull_last(struct worker *w);
