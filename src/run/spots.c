// SPDX-License-Identifier: MIT
#include "run/spots.h"
#include "run/plan_out.h"

#include "base/clock.h"
#include "load/mix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_NS (100 * NS_PER_MS)

_Static_assert(BINS_MAX <= DRAWN_BINS, "each bin of a law has its count");

static void prepare(struct drawn *d, const struct bins *b)
{
    d->n = b->n;
    memcpy(d->share, b->share, b->n * sizeof *b->share);
}

// Of keys that are added, of those of a request before, and of those with a space of their own, no law is
// known here.
static bool has_law(const struct plan *p, const struct ask *a)
{
    const struct key_space *spaces = p->conf->spaces;
    bool follows = a->request.recipe && a->request.recipe->same;
    return a->keys.kind != KEYLAW_SEQ_PARALLEL && a->keyspace >= 2 && !p->grows && !follows &&
           !(spaces && spaces[a->spot.named].keys);
}

static void open_kind(struct spots_kind *k, const struct plan *p, const struct ask *a)
{
    k->spot = a->spot;
    k->law = a->keys.kind;
    k->counts = a->keys.kind == KEYLAW_SEQ;
    if (!has_law(p, a))
        k->spot.key = 0;
    if (!a->request.recipe)
        k->spot.data = 0; // all are alike
    if (k->spot.key)
        bins_of_keys(&k->keys, &a->keys, a->keyspace);
    if (k->spot.data)
        bins_of_sizes(&k->sizes, &a->request.recipe->values.sizes);
    k->spot.data = k->sizes.n ? k->spot.data : 0;
}

int spots_open(struct spots *s, const struct plan *p)
{
    *s = (struct spots){.next_ns = UINT64_MAX};
    if (p->conf->upkeep || p->target->cluster || p->idle || !plan_draws(p))
        return 0;
    s->kinds = calloc(p->kinds, sizeof *s->kinds);
    if (!s->kinds)
        return -ENOMEM;
    for (unsigned i = 0; i < p->kinds; i++) {
        open_kind(&s->kinds[i], p, &p->asks[i]);
        s->n |= s->kinds[i].spot.key || s->kinds[i].spot.data;
    }
    s->n = s->n ? p->kinds : 0;
    return 0;
}

void spots_close(struct spots *s)
{
    free(s->kinds);
    *s = (struct spots){.next_ns = UINT64_MAX};
}

void spots_begin(struct spots *s, bool looks)
{
    s->left = 0;
    s->next_ns = looks && s->n ? 0 : UINT64_MAX;
    for (unsigned i = 0; i < s->n; i++) {
        struct spots_kind *k = &s->kinds[i];
        k->seen_keys = k->seen_sizes = (struct drawn){0};
        prepare(&k->seen_keys, &k->keys);
        prepare(&k->seen_sizes, &k->sizes);
    }
}

bool spots_due(struct spots *s, uint64_t since_ns)
{
    if (since_ns < s->next_ns || s->next_ns == UINT64_MAX)
        return false;
    while (s->next_ns <= since_ns)
        s->next_ns = s->next_ns ? 2 * s->next_ns : FIRST_NS;
    s->left = SPOTS_IN_A_ROW;
    for (unsigned i = 0; i < s->n; i++)
        s->kinds[i].begun = false; // those in between were not seen
    return true;
}

// Of keys that are counted through, how far apart the first numbers of two requests are.
static uint64_t stride(const struct keydist *keys, const struct ask *a, unsigned named)
{
    const struct template *t = &a->request;
    unsigned draws = t->recipe ? t->recipe->draws[named] : t->draws[named];
    return keys->step[named] * (draws ? draws : 1) % keys->range;
}

static void see_key(struct spots_kind *k, const struct ask *a, const struct keydist *keys, uint64_t key)
{
    bool stray = key >= keys->range || (k->counts && k->begun && key != k->expected);
    k->seen_keys.read++;
    k->seen_keys.strays += stray;
    k->begun = true;
    if (k->counts)
        k->expected = (key % keys->range + stride(keys, a, k->spot.named)) % keys->range;
    else if (!stray && k->keys.n)
        k->seen_keys.seen[bins_find(&k->keys, bins_place(k->law, keys, key))]++;
}

static void see_size(struct spots_kind *k, uint64_t bytes)
{
    uint64_t most = k->sizes.upto[k->sizes.n - 1];
    k->seen_sizes.read++;
    if (bytes >= most)
        k->seen_sizes.strays++;
    else
        k->seen_sizes.seen[bins_find(&k->sizes, bytes)]++;
}

void spots_look(struct spots *s, const struct plan *p, const struct client *c, const struct draw *from,
                uint32_t n)
{
    const struct mixer *m = p->kinds > 1 ? from->mixer : NULL;
    size_t most = plan_out_bytes(p), at = 0;
    for (uint32_t i = 0; i < n && at < most; i++) {
        unsigned kind = m ? m->drawn[i] : 0;
        struct spots_kind *k = &s->kinds[kind];
        const struct ask *a = &p->asks[kind];
        struct spot_seen seen;
        size_t len = spot_read(&k->spot, (struct slice){c->out + at, most - at}, &seen);
        if (seen.has_key)
            see_key(k, a, m ? &m->draws[kind].keys : &from->keys, seen.key);
        if (seen.has_data)
            see_size(k, seen.bytes);
        at += a->request.recipe ? len : a->request.len;
        if (a->request.recipe && !len)
            break;
    }
    s->left -= s->left < n ? s->left : n;
}

void spots_add(struct evidence *e, const struct spots *s, unsigned kind)
{
    struct evidence more = {0};
    if (kind >= s->n)
        return;
    more.keys = s->kinds[kind].seen_keys;
    more.sizes = s->kinds[kind].seen_sizes;
    evidence_add(e, &more);
}
