// SPDX-License-Identifier: MIT
#include "stats/comparison_kinds.h"

#include "judge/sequential.h"

#include <stdlib.h>
#include <string.h>

static bool begin_kind(struct comparison *k, const struct comparison *c, const struct summary *s)
{
    unsigned most = c->blocks_asked ? c->blocks_asked : SEQUENTIAL_LAST;
    *k = (struct comparison){.title = strdup(s->title),
                             .targets = c->targets,
                             .primary = c->primary,
                             .aa = c->aa,
                             .blocks_asked = c->blocks_asked,
                             .load = s->load,
                             .blocks = calloc(most, sizeof *k->blocks)};
    memcpy(k->test, s->test, sizeof k->test);
    memcpy(k->names, c->names, sizeof k->names);
    memcpy(k->margins, c->margins, sizeof k->margins);
    memcpy(k->floors, c->floors, sizeof k->floors);
    return k->title && k->blocks;
}

static void begin(struct comparison *c, const struct summary *s)
{
    bool whole = true;
    c->kinds = calloc(s->nkinds, sizeof *c->kinds);
    for (c->nkinds = 0; c->kinds && whole && c->nkinds < s->nkinds; c->nkinds++)
        whole = begin_kind(&c->kinds[c->nkinds], c, &s->kinds[c->nkinds]);
    if (!whole)
        comparison_kinds_free(c);
}

// What held the client back held it back from all of them; what the server used is nobody's alone.
static struct comparison_slot slot_of(const struct comparison_slot *whole, const struct summary *kind)
{
    struct comparison_slot slot = {.target = whole->target};
    comparison_slot_of(&slot, kind);
    slot.limited_by = whole->limited_by;
    slot.client_idle = whole->client_idle;
    slot.server_cpu_s = -1;
    slot.counted = 0;
    return slot;
}

void comparison_kinds_take(struct comparison *c, const struct comparison_slot *slot, const struct summary *s)
{
    if (s->nkinds == 0 || c->baseline || c->primary == COMPARISON_CAPACITY)
        return;
    if (!c->kinds)
        begin(c, s);
    const struct comparison_block *block = &c->blocks[c->n];
    size_t at = (size_t)(slot - block->slots);
    for (unsigned i = 0; i < c->nkinds && i < s->nkinds && at < block->n; i++) {
        struct comparison_block *own = &c->kinds[i].blocks[c->n];
        own->n = block->n;
        own->slots[at] = slot_of(slot, &s->kinds[i]);
    }
}

const struct comparison *comparison_kinds_one(const struct comparison *c, unsigned kind)
{
    struct comparison *k = &c->kinds[kind];
    k->n = c->n;
    k->partial = c->partial;
    k->end = c->end;
    for (unsigned b = 0; b < k->n + k->partial; b++) {
        k->blocks[b].n = c->blocks[b].n;
        for (unsigned i = 0; i < k->blocks[b].n; i++)
            if (!comparison_counts(k, &k->blocks[b].slots[i]))
                return NULL;
    }
    return k;
}

void comparison_kinds_free(struct comparison *c)
{
    for (unsigned i = 0; i < c->nkinds; i++)
        comparison_free(&c->kinds[i]);
    free(c->kinds);
    c->kinds = NULL;
    c->nkinds = 0;
}
