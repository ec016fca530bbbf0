// SPDX-License-Identifier: MIT
#include "serve/recent.h"

#include <stdlib.h>

static void keep(struct buf *b, struct slice bytes)
{
    b->head = b->len = 0;
    buf_append(b, bytes.at, bytes.len);
}

static bool same(struct slice a, struct slice b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

static struct recent_one *at(const struct recent *r, size_t n)
{
    return &r->ring[n % RECENT_KEPT];
}

void recent_add(struct recent *r, struct slice key, struct slice value)
{
    if (!r->ring)
        r->ring = calloc(RECENT_KEPT, sizeof *r->ring);
    if (!r->ring)
        return;
    keep(&at(r, r->named)->key, key);
    keep(&at(r, r->named)->value, value);
    r->named++;
}

static bool named_of_late(const struct recent *r, struct slice key)
{
    for (size_t i = r->named - RECENT_APART; i < r->named; i++)
        if (same(buf_unread(&at(r, i)->key), key))
            return true;
    return false;
}

bool recent_old(const struct recent *r, struct slice *value)
{
    size_t first = r->named > RECENT_KEPT ? r->named - RECENT_KEPT : 0;
    for (size_t i = first; r->named > RECENT_APART && i < r->named - RECENT_APART; i++) {
        const struct recent_one *one = at(r, i);
        if (one->value.len && !named_of_late(r, buf_unread(&one->key))) {
            *value = buf_unread(&one->value);
            return true;
        }
    }
    return false;
}

void recent_free(struct recent *r)
{
    for (size_t i = 0; r->ring && i < RECENT_KEPT; i++) {
        buf_free(&r->ring[i].key);
        buf_free(&r->ring[i].value);
    }
    free(r->ring);
    *r = (struct recent){0};
}
