// SPDX-License-Identifier: MIT
#include "stats/glance.h"

#include "stats/verdict.h"

void glance_bottleneck(const struct glance *g, struct verdict *out)
{
    verdict_now(&(struct verdict_moment){.client = g->client_busy,
                                         .server = g->server_busy,
                                         .kept_up = g->rate > 0 && g->rps >= 0.99 * g->rate},
                out);
}
