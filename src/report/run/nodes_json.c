// SPDX-License-Identifier: MIT
#include "report/run/nodes_json.h"

#include "report/parts/value.h"

static json_t *node(const struct summary *s, const struct node_share *n)
{
    const struct hist *h = n->latency;
    bool any = h && hist_count(h);
    return value_object(FIELDS{
        {"address", value_text(n->addr)},
        {"role", value_text(n->replica ? "replica" : "primary")},
        {"slots", value_number(n->slots)},
        {"due_share", value_real(n->due)},
        {"share", value_real(node_shares_part(&s->nodes, n))},
        {"requests", value_number(counts_answered(&n->counts))},
        {"rps", value_real_if(s->wall_ns, (double)counts_answered(&n->counts) /
                                              (s->wall_ns ? (double)s->wall_ns * 1e-9 : 1))},
        {"p50_ns", value_number_if(any, any ? hist_quantile(h, 0.5) : 0)},
        {"p99_ns", value_number_if(any, any ? hist_quantile(h, 0.99) : 0)},
        {"errors", value_number(n->counts.errors)},
        {"unanswered", value_number(n->counts.abandoned)},
        {"moved", value_number(n->counts.moved)},
        {"asked", value_number(n->counts.asked)},
        {0},
    });
}

json_t *nodes_json(const struct summary *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->nodes.n; i++)
        list = value_append(list, node(s, &s->nodes.at[i]));
    return list;
}

json_t *nodes_json_hottest(const struct summary *s)
{
    const struct node_share *n = node_shares_hottest(&s->nodes);
    return n ? value_text(n->addr) : json_null();
}
