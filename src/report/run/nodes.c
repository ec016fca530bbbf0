// SPDX-License-Identifier: MIT
#include "report/run/nodes.h"

#include "report/parts/unit.h"

#include <inttypes.h>
#include <string.h>

static int longest(const struct summary *s)
{
    size_t n = strlen("node");
    for (unsigned i = 0; i < s->nodes.n; i++)
        n = strlen(s->nodes.at[i].addr) > n ? strlen(s->nodes.at[i].addr) : n;
    return (int)n;
}

static double rps_of(const struct summary *s, const struct node_share *n)
{
    return s->wall_ns ? (double)counts_answered(&n->counts) / ((double)s->wall_ns * 1e-9) : 0;
}

static void print_node(FILE *out, const struct summary *s, const struct node_share *n,
                       const struct unit *unit)
{
    fprintf(out, "  %-*s  %-7s %6u %6.1f%% %6.1f%% %10" PRIu64 " %10.0f", longest(s), n->addr,
            n->replica ? "replica" : "primary", n->slots, 100 * n->due, 100 * node_shares_part(&s->nodes, n),
            counts_answered(&n->counts), rps_of(s, n));
    if (n->latency && hist_count(n->latency))
        fprintf(out, " %8.*f %8.*f", unit->decimals, (double)hist_quantile(n->latency, 0.5) / unit->ns,
                unit->decimals, (double)hist_quantile(n->latency, 0.99) / unit->ns);
    else
        fprintf(out, " %8s %8s", "-", "-");
    fprintf(out, " %7" PRIu64 " %7" PRIu64 " %7" PRIu64 "\n", n->counts.errors, n->counts.moved,
            n->counts.asked);
}

void nodes_text(FILE *out, const struct summary *s)
{
    if (!s->nodes.n)
        return;
    const struct unit *unit = unit_for(s->quantiles[QUANTILE_P50].ns);
    char p50[16];
    snprintf(p50, sizeof p50, "p50 %s", unit->name);
    fprintf(out, "\n  %-*s  %-7s %6s %7s %7s %10s %10s %8s %8s %7s %7s %7s\n", longest(s), "node", "role",
            "slots", "due", "share", "requests", "rps", p50, "p99", "errors", "moved", "asked");
    for (unsigned i = 0; i < s->nodes.n; i++)
        print_node(out, s, &s->nodes.at[i], unit);
    const struct node_share *hottest = node_shares_hottest(&s->nodes);
    if (hottest)
        fprintf(out, "  hottest node: %s, with %.1f%% of the requests (%.1f%% expected by slots)\n",
                hottest->addr, 100 * node_shares_part(&s->nodes, hottest), 100 * hottest->due);
    fputs("  server facts (INFO) are of all nodes together; the server's busiest thread is that of the "
          "busiest node\n\n",
          out);
}
