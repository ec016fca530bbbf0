// SPDX-License-Identifier: MIT
#include "run/opened.h"

#include <stdio.h>

static int sum_handshakes(struct summary *s, const struct plan *plan, const struct worker *workers,
                          unsigned n)
{
    const struct tls_conf *conf = &plan->conf->tls;
    int rc = handshakes_init(&s->tls);
    snprintf(s->tls.verified, sizeof s->tls.verified, "%s",
             conf->insecure   ? "nothing"
             : conf->any_name ? "chain"
                              : "chain and name");
    for (unsigned i = 0; rc == 0 && i < n; i++)
        handshakes_merge(&s->tls, &workers[i].tls);
    return rc;
}

static int sum_connections(struct summary *s, const struct worker *workers, unsigned n)
{
    int rc = connections_init(&s->connections);
    for (unsigned i = 0; rc == 0 && i < n; i++)
        connections_merge(&s->connections, &workers[i].connections);
    return rc;
}

int opened_sum(struct summary *s, const struct plan *plan, const struct worker *workers, unsigned n)
{
    int rc = plan->target->filter ? sum_handshakes(s, plan, workers, n) : 0;
    return rc == 0 && connections_on(&workers->connections) ? sum_connections(s, workers, n) : rc;
}
