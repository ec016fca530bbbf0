// SPDX-License-Identifier: MIT
#include "run/map.h"

#include <stdlib.h>
#include <string.h>

struct map *map_of_one(const struct addr *addr)
{
    struct map *m = calloc(1, sizeof *m);
    if (m)
        m->nodes = calloc(1, sizeof *m->nodes);
    if (!m || !m->nodes) {
        map_free(m);
        return NULL;
    }
    m->nodes[0] = (struct map_node){.addr = *addr, .slots = SLOTS};
    m->n = m->primaries = 1;
    m->lone = true;
    return m;
}

void map_free(struct map *m)
{
    while (m) {
        struct map *older = m->older;
        free(m->nodes);
        free(m);
        m = older;
    }
}

bool map_same(const struct map *a, const struct map *b)
{
    bool same = a->n == b->n && memcmp(a->owner, b->owner, sizeof a->owner) == 0;
    for (unsigned i = 0; same && i < a->n; i++)
        same = a->nodes[i].replica == b->nodes[i].replica && a->nodes[i].of == b->nodes[i].of &&
               strcmp(a->nodes[i].addr.text, b->nodes[i].addr.text) == 0;
    return same;
}

// Who has the fewest clients for its slots.
static unsigned neediest(const unsigned *slots, unsigned n, const unsigned *dealt)
{
    unsigned best = 0;
    for (unsigned i = 1; i < n; i++)
        if ((uint64_t)slots[i] * (dealt[best] + 1) > (uint64_t)slots[best] * (dealt[i] + 1))
            best = i;
    return best;
}

void map_deal(const unsigned *slots, unsigned n, unsigned clients, unsigned *dealt)
{
    unsigned owned = 0, given = 0;
    for (unsigned i = 0; i < n; i++)
        owned += slots[i];
    for (unsigned i = 0; i < n; i++) {
        uint64_t whole = owned ? (uint64_t)clients * slots[i] / owned : 0;
        dealt[i] = slots[i] && whole == 0 ? 1 : (unsigned)whole;
        given += dealt[i];
    }
    for (; owned && given < clients; given++)
        dealt[neediest(slots, n, dealt)]++;
    while (given > clients) { // those that were given one had no whole one
        unsigned most = 0;
        for (unsigned i = 1; i < n; i++)
            most = dealt[i] > dealt[most] ? i : most;
        if (dealt[most] <= 1)
            return;
        dealt[most]--;
        given--;
    }
}
