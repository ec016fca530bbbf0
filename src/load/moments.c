// SPDX-License-Identifier: MIT
#include "load/moments.h"

#include <stdlib.h>

#define FEW 2 // that a key has room for at first

static struct moment *at(const struct moments *m, uint32_t i)
{
    return &m->at[(m->first + i) & (m->cap - 1)];
}

// Without memory the room stays as it is.
static void grow(struct moments *m)
{
    uint32_t cap = m->cap ? 2 * m->cap : FEW;
    struct moment *more = malloc(cap * sizeof *more);
    if (!more)
        return;
    for (uint32_t i = 0; i < m->n; i++)
        more[i] = *at(m, i);
    free(m->at);
    m->at = more;
    m->first = 0;
    m->cap = cap;
}

static bool wants_more(const struct moments *m, uint64_t at_ns)
{
    return m->n == m->cap && m->cap < MOMENTS_MOST && (!m->n || at_ns < at(m, 0)->at_ns + MOMENTS_KEPT_NS);
}

void moments_add(struct moments *m, uint64_t below, uint64_t at_ns)
{
    if (wants_more(m, at_ns))
        grow(m);
    if (m->cap == 0) {
        m->gone = below;
        return;
    }
    if (m->n == m->cap) {
        m->gone = at(m, 0)->below;
        m->first = (m->first + 1) & (m->cap - 1);
        m->n--;
    }
    *at(m, m->n++) = (struct moment){below, at_ns};
}

void moments_free(struct moments *m)
{
    free(m->at);
    *m = (struct moments){0};
}

struct moments_since moments_since(const struct moments *m, uint64_t version)
{
    uint32_t low = 0, high = m->n; // the first that is above it lies in [low, high]
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (at(m, middle)->below > version)
            high = middle;
        else
            low = middle + 1;
    }
    return (struct moments_since){low < m->n ? at(m, low)->at_ns : 0, m->gone > version};
}
