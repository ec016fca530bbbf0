// SPDX-License-Identifier: MIT
#include "cluster/topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void keep(char *dst, size_t room, struct slice s)
{
    size_t n = s.len < room ? s.len : room - 1;
    if (n) // else there may be no bytes to point at
        memcpy(dst, s.at, n);
    dst[n] = 0;
}

int topology_told(struct topology_node *out, struct slice host, int64_t port, struct slice id)
{
    if (port < 1 || port > UINT16_MAX || host.len >= TOPOLOGY_HOST)
        return -EPROTO;
    keep(out->host, sizeof out->host, host);
    keep(out->id, sizeof out->id, id);
    out->port = (uint16_t)port;
    return 0;
}

void topology_begin(struct topology *t)
{
    *t = (struct topology){0};
    memset(t->owner, 0xff, sizeof t->owner);
}

void topology_reset(struct topology *t)
{
    free(t->primaries);
    free(t->replicas);
    *t = (struct topology){0};
}

uint16_t topology_find(const struct topology *t, const char *host, uint16_t port)
{
    for (unsigned i = 0; i < t->n; i++)
        if (t->primaries[i].is.port == port && strcmp(t->primaries[i].is.host, host) == 0)
            return (uint16_t)i;
    return TOPOLOGY_NOBODY;
}

uint16_t topology_primary(struct topology *t, const struct topology_node *who)
{
    uint16_t at = topology_find(t, who->host, who->port);
    if (at != TOPOLOGY_NOBODY || t->n == TOPOLOGY_PRIMARIES_MAX)
        return at;
    struct primary *primaries = realloc(t->primaries, (t->n + 1) * sizeof *primaries);
    if (!primaries)
        return TOPOLOGY_NOBODY;
    t->primaries = primaries;
    primaries[t->n] = (struct primary){.is = *who};
    return (uint16_t)t->n++;
}

int topology_replica(struct topology *t, uint16_t of, const struct topology_node *who)
{
    for (unsigned i = 0; i < t->nreplicas; i++)
        if (t->replicas[i].is.port == who->port && strcmp(t->replicas[i].is.host, who->host) == 0)
            return 0;
    if (t->nreplicas == TOPOLOGY_PRIMARIES_MAX)
        return 0;
    struct replica *replicas = realloc(t->replicas, (t->nreplicas + 1) * sizeof *replicas);
    if (!replicas)
        return -ENOMEM;
    t->replicas = replicas;
    replicas[t->nreplicas++] = (struct replica){.is = *who, .of = of};
    return 0;
}

void topology_own(struct topology *t, unsigned first, unsigned last, uint16_t who)
{
    for (unsigned slot = first; slot <= last; slot++) {
        if (t->owner[slot] != TOPOLOGY_NOBODY)
            t->primaries[t->owner[slot]].slots--;
        t->owner[slot] = who;
        t->primaries[who].slots++;
    }
}

// Where each primary goes to: those that own nothing come last, as they stand.
static void find_places(const struct topology *t, uint16_t *to)
{
    uint16_t next = 0;
    memset(to, 0xff, t->n * sizeof *to);
    for (unsigned slot = 0; slot < SLOTS; slot++)
        if (t->owner[slot] != TOPOLOGY_NOBODY && to[t->owner[slot]] == TOPOLOGY_NOBODY)
            to[t->owner[slot]] = next++;
    for (unsigned i = 0; i < t->n; i++)
        if (to[i] == TOPOLOGY_NOBODY)
            to[i] = next++;
}

int topology_sort(struct topology *t)
{
    uint16_t to[TOPOLOGY_PRIMARIES_MAX];
    if (!t->n)
        return 0;
    struct primary *sorted = malloc(t->n * sizeof *sorted);
    if (!sorted)
        return -ENOMEM;
    find_places(t, to);
    for (unsigned i = 0; i < t->n; i++)
        sorted[to[i]] = t->primaries[i];
    for (unsigned i = 0; i < t->nreplicas; i++)
        t->replicas[i].of = to[t->replicas[i].of];
    for (unsigned slot = 0; slot < SLOTS; slot++)
        if (t->owner[slot] != TOPOLOGY_NOBODY)
            t->owner[slot] = to[t->owner[slot]];
    free(t->primaries);
    t->primaries = sorted;
    return 0;
}

unsigned topology_unowned(const struct topology *t)
{
    unsigned n = SLOTS;
    for (unsigned i = 0; i < t->n; i++)
        n -= t->primaries[i].slots;
    return n;
}
