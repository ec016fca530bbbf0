// SPDX-License-Identifier: MIT
#include "run/by_node.h"

#include "run/notes.h"

static int add(struct summary *s, const struct node *node, double weights)
{
    struct node_share found = {.replica = node->replica,
                               .slots = node->slots,
                               .due = weights > 0 ? node->weight / weights : 0,
                               .counts = node->counts,
                               .latency = node->latency};
    _Static_assert(sizeof found.addr == sizeof node->addr.text, "a share is called as its node");
    memcpy(found.addr, node->addr.text, sizeof found.addr);
    return node_shares_add(&s->nodes, &found);
}

static bool took_part(const struct node *n)
{
    const struct counts *c = &n->counts;
    return n->weight || n->slots || counts_answered(c) || c->moved || c->asked || c->abandoned;
}

// What replicas answered, where it was checked.
static int add_stale(struct summary *s, const struct worker *w)
{
    if (!w->verify || !w->verify->stale.age)
        return 0;
    int rc = s->staleness.age ? 0 : staleness_init(&s->staleness, w->plan->conf->digits);
    if (rc == 0)
        staleness_merge(&s->staleness, &w->verify->stale);
    return rc;
}

int by_node(struct summary *s, const struct worker *workers, unsigned n)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < n; i++) {
        const struct nodes *nodes = &workers[i].nodes;
        double weights = 0;
        for (unsigned k = 0; nodes->owner && k < nodes->n; k++)
            weights += nodes->at[k].weight;
        for (unsigned k = 0; rc == 0 && nodes->owner && k < nodes->n; k++)
            if (took_part(&nodes->at[k]))
                rc = add(s, &nodes->at[k], weights);
        if (rc == 0)
            rc = add_stale(s, &workers[i]);
    }
    return rc;
}
