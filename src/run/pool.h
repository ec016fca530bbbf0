// SPDX-License-Identifier: MIT
// The clients that can take a request now, the one idle for longest first. Fixed size.
#pragma once

#include "run/client.h"

struct pool {
    struct client **ring;
    uint32_t mask; // slots, a power of two, less one
    uint32_t head, tail;
};

int pool_init(struct pool *p, unsigned clients); // 0 or -ENOMEM
void pool_reset(struct pool *p);

void pool_remove(struct pool *p, struct client *c); // wherever it waits there

static inline bool pool_any(const struct pool *p)
{
    return p->head != p->tail;
}

// A client that waits there already stays where it is.
static inline void pool_push(struct pool *p, struct client *c)
{
    if (c->pooled)
        return;
    c->pooled = true;
    p->ring[p->tail++ & p->mask] = c;
}

static inline struct client *pool_pop(struct pool *p)
{
    struct client *c = p->ring[p->head++ & p->mask];
    c->pooled = false;
    return c;
}
