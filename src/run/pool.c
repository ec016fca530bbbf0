// SPDX-License-Identifier: MIT
#include "run/pool.h"

#include <errno.h>
#include <stdlib.h>

int pool_init(struct pool *p, unsigned clients)
{
    uint32_t slots = 1;
    while (slots < clients)
        slots *= 2;
    *p = (struct pool){.ring = calloc(slots, sizeof(struct client *)), .mask = slots - 1};
    return p->ring ? 0 : -ENOMEM;
}

void pool_remove(struct pool *p, struct client *c)
{
    uint32_t n = p->tail - p->head;
    while (n--) {
        struct client *other = p->ring[p->head++ & p->mask];
        other->pooled = false;
        if (other != c) {
            other->pooled = true;
            p->ring[p->tail++ & p->mask] = other;
        }
    }
}

void pool_reset(struct pool *p)
{
    free(p->ring);
    *p = (struct pool){0};
}
