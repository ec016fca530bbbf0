// SPDX-License-Identifier: MIT
#include "run/by_gap.h"

#include <errno.h>
#include <stdlib.h>

// What n workers have in common.
static int find(struct outages *out, const struct gaps *const *of, size_t n, const struct outage_run *run)
{
    struct gaps common = {0};
    int rc = gaps_common(&common, of, n);
    if (rc == 0)
        rc = outages_of(out, &common, run);
    gaps_free(&common);
    return rc;
}

// The gaps of the node of that name, of all workers that know it. Answers how many do.
static size_t gaps_of_node(const struct gaps **of, const struct worker *workers, unsigned n, const char *name)
{
    size_t found = 0;
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; k < workers[i].nodes.n; k++)
            if (strcmp(workers[i].nodes.at[k].addr.text, name) == 0)
                of[found++] = &workers[i].nodes.at[k].lull.gaps;
    return found;
}

static int by_nodes(struct summary *s, const struct worker *workers, unsigned n, struct outage_run run,
                    const struct gaps **of)
{
    struct outages *nodes = calloc(s->nodes.n + 1, sizeof *nodes);
    int rc = nodes ? 0 : -ENOMEM;
    for (unsigned i = 0; rc == 0 && i < s->nodes.n; i++) {
        run.node = s->nodes.at[i].addr;
        size_t known = gaps_of_node(of, workers, n, run.node);
        if (known)
            rc = find(&nodes[i], of, known, &run);
    }
    if (rc == 0)
        outages_take_nodes(&s->outages, nodes, s->nodes.n);
    free(nodes);
    return rc;
}

int by_gap(struct summary *s, const struct worker *workers, unsigned n)
{
    const struct gaps **of = calloc(n, sizeof(struct gaps *));
    for (unsigned i = 0; of && i < n; i++)
        of[i] = &workers[i].gaps;
    double in_flight = (double)s->load.clients * s->load.pipeline;
    struct outage_run run = {.rows = &s->series,
                             .like = s->latency,
                             .start_ns = s->start_ns,
                             .end_ns = s->start_ns + s->wall_ns,
                             .served_ns = in_flight * (double)s->wall_ns /
                                          (double)(summary_answered(s) ? summary_answered(s) : 1)};
    int rc = of ? find(&s->outages, of, n, &run) : -ENOMEM;
    if (rc == 0 && s->nodes.n)
        rc = by_nodes(s, workers, n, run, of);
    free(of);
    return rc;
}
