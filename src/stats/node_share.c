// SPDX-License-Identifier: MIT
#include "stats/node_share.h"

#include "stats/hist.h"
#include "stats/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct node_share *share_of(struct summary *s, const struct node_share *found)
{
    for (unsigned i = 0; i < s->nnodes; i++)
        if (strcmp(s->nodes[i].addr, found->addr) == 0)
            return &s->nodes[i];
    struct node_share *nodes = realloc(s->nodes, (s->nnodes + 1) * sizeof *nodes);
    if (!nodes)
        return NULL;
    s->nodes = nodes;
    struct node_share *share = &nodes[s->nnodes];
    *share = *found;
    share->counts = (struct counts){0};
    share->latency = found->latency ? hist_new(hist_digits(found->latency)) : NULL;
    if (found->latency && !share->latency)
        return NULL;
    s->nnodes++;
    return share;
}

int node_share_add(struct summary *s, const struct node_share *found)
{
    struct node_share *share = share_of(s, found);
    if (!share)
        return -ENOMEM;
    counts_add(&share->counts, &found->counts);
    if (found->latency && share->latency)
        hist_merge(share->latency, found->latency);
    return 0;
}

void node_shares_free(struct summary *s)
{
    for (unsigned i = 0; i < s->nnodes; i++)
        hist_free(s->nodes[i].latency);
    free(s->nodes);
    s->nodes = NULL;
    s->nnodes = 0;
}

double node_share_of(const struct summary *s, const struct node_share *n)
{
    uint64_t all = 0;
    for (unsigned i = 0; i < s->nnodes; i++)
        all += counts_answered(&s->nodes[i].counts);
    return all ? (double)counts_answered(&n->counts) / (double)all : 0;
}

const struct node_share *node_share_hottest(const struct summary *s)
{
    const struct node_share *hottest = NULL;
    for (unsigned i = 0; i < s->nnodes && s->nnodes > 1; i++)
        if (!hottest || counts_answered(&s->nodes[i].counts) > counts_answered(&hottest->counts))
            hottest = &s->nodes[i];
    return hottest && counts_answered(&hottest->counts) ? hottest : NULL;
}
