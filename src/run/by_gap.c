// SPDX-License-Identifier: MIT
#include "run/by_gap.h"

#include <errno.h>
#include <stdlib.h>

int by_gap(struct summary *s, const struct worker *workers, unsigned n)
{
    const struct gaps **all = calloc(n, sizeof(struct gaps *));
    struct gaps common = {0};
    for (unsigned i = 0; all && i < n; i++)
        all[i] = &workers[i].gaps;
    double in_flight = (double)s->load.clients * s->load.pipeline;
    struct outage_run run = {.rows = &s->series,
                             .like = s->latency,
                             .start_ns = s->start_ns,
                             .end_ns = s->start_ns + s->wall_ns,
                             .served_ns = in_flight * (double)s->wall_ns /
                                          (double)(summary_answered(s) ? summary_answered(s) : 1)};
    int rc = all ? gaps_common(&common, all, n) : -ENOMEM;
    if (rc == 0)
        rc = outages_of(&s->outages, &common, &run);
    gaps_free(&common);
    free(all);
    return rc;
}
