// SPDX-License-Identifier: MIT
#include "run/gate.h"

#include "base/clock.h"

int gate_init(struct gate *g, unsigned members)
{
    *g = (struct gate){.members = members};
    int rc = pthread_mutex_init(&g->lock, NULL);
    if (rc)
        return -rc;
    rc = pthread_cond_init(&g->turned, NULL);
    if (rc)
        pthread_mutex_destroy(&g->lock);
    return -rc;
}

void gate_reset(struct gate *g)
{
    pthread_cond_destroy(&g->turned);
    pthread_mutex_destroy(&g->lock);
}

bool gate_pass(struct gate *g, uint64_t *at_ns)
{
    pthread_mutex_lock(&g->lock);
    unsigned round = g->round;
    if (++g->waiting == g->members) {
        g->waiting = 0;
        g->round++;
        g->turned_ns = clock_ns();
        pthread_cond_broadcast(&g->turned);
    }
    while (g->round == round && !gate_broken(g))
        pthread_cond_wait(&g->turned, &g->lock);
    bool whole = !gate_broken(g);
    *at_ns = g->turned_ns;
    pthread_mutex_unlock(&g->lock);
    return whole;
}

void gate_break(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    atomic_store(&g->broken, true);
    pthread_cond_broadcast(&g->turned);
    pthread_mutex_unlock(&g->lock);
}
