// SPDX-License-Identifier: MIT
#include "stats/node_share.h"

#include "stats/hist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct node_share *share_of(struct node_shares *s, const struct node_share *found)
{
    for (unsigned i = 0; i < s->n; i++)
        if (strcmp(s->at[i].addr, found->addr) == 0)
            return &s->at[i];
    struct node_share *nodes = realloc(s->at, (s->n + 1) * sizeof *nodes);
    if (!nodes)
        return NULL;
    s->at = nodes;
    struct node_share *share = &nodes[s->n];
    *share = *found;
    share->counts = (struct counts){0};
    share->latency = found->latency ? hist_new(hist_digits(found->latency)) : NULL;
    if (found->latency && !share->latency)
        return NULL;
    s->n++;
    return share;
}

int node_shares_add(struct node_shares *s, const struct node_share *found)
{
    struct node_share *share = share_of(s, found);
    if (!share)
        return -ENOMEM;
    counts_add(&share->counts, &found->counts);
    if (found->latency && share->latency)
        hist_merge(share->latency, found->latency);
    return 0;
}

void node_shares_free(struct node_shares *s)
{
    for (unsigned i = 0; i < s->n; i++)
        hist_free(s->at[i].latency);
    free(s->at);
    s->at = NULL;
    s->n = 0;
}

double node_shares_part(const struct node_shares *s, const struct node_share *n)
{
    uint64_t all = 0;
    for (unsigned i = 0; i < s->n; i++)
        all += counts_answered(&s->at[i].counts);
    return all ? (double)counts_answered(&n->counts) / (double)all : 0;
}

const struct node_share *node_shares_hottest(const struct node_shares *s)
{
    const struct node_share *hottest = NULL;
    for (unsigned i = 0; i < s->n && s->n > 1; i++)
        if (!hottest || counts_answered(&s->at[i].counts) > counts_answered(&hottest->counts))
            hottest = &s->at[i];
    return hottest && counts_answered(&hottest->counts) ? hottest : NULL;
}
