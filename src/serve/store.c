// SPDX-License-Identifier: MIT
#include "serve/store.h"

#include <errno.h>
#include <stdlib.h>

#define SLOTS_MIN 1024

struct entry {
    struct entry *next;
    uint64_t hash;
    uint64_t expires_ms; // 0: never
    char *value;
    size_t value_len, value_cap;
    size_t key_len;
    char key[];
};

// Eight bytes at a time, each step a multiplication and a fold.
static uint64_t hash_of(struct slice key)
{
    uint64_t h = key.len * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < key.len; i += 8) {
        uint64_t word = 0;
        memcpy(&word, key.at + i, key.len - i < 8 ? key.len - i : 8);
        h = (h ^ word) * UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 32;
    }
    return h;
}

static void entry_free(struct entry *e)
{
    free(e->value);
    free(e);
}

// The link that points to key's entry, or to the NULL at its chain's end. There must be slots.
static struct entry **find(const struct store *s, struct slice key, uint64_t hash)
{
    struct entry **link = &s->slots[hash & (s->slots_n - 1)];
    while (*link) {
        const struct entry *e = *link;
        if (e->hash == hash && e->key_len == key.len && memcmp(e->key, key.at, key.len) == 0)
            break;
        link = &(*link)->next;
    }
    return link;
}

static void take_out(struct store *s, struct entry **link)
{
    struct entry *e = *link;
    *link = e->next;
    entry_free(e);
    s->count--;
}

// The link to key's live entry, or NULL.
static struct entry **look_up(struct store *s, struct slice key, uint64_t now_ms)
{
    if (!s->count)
        return NULL;
    struct entry **link = find(s, key, hash_of(key));
    if (*link && (*link)->expires_ms && (*link)->expires_ms <= now_ms)
        take_out(s, link);
    else if (*link)
        return link;
    return NULL;
}

static int grow(struct store *s)
{
    size_t n = s->slots_n ? s->slots_n * 2 : SLOTS_MIN;
    struct entry **slots = calloc(n, sizeof(struct entry *));
    if (!slots)
        return -ENOMEM;
    for (size_t i = 0; i < s->slots_n; i++) {
        for (struct entry *e = s->slots[i], *next; e; e = next) {
            struct entry **head = &slots[e->hash & (n - 1)];
            next = e->next;
            e->next = *head;
            *head = e;
        }
    }
    free(s->slots);
    s->slots = slots;
    s->slots_n = n;
    return 0;
}

static int set_value(struct entry *e, struct slice value)
{
    if (value.len > e->value_cap || !e->value) {
        char *room = realloc(e->value, value.len + 1);
        if (!room)
            return -ENOMEM;
        e->value = room;
        e->value_cap = value.len;
    }
    memcpy(e->value, value.at, value.len);
    e->value_len = value.len;
    e->expires_ms = 0;
    return 0;
}

static int add(struct store *s, struct entry **link, struct slice key, uint64_t hash, struct slice value)
{
    struct entry *e = malloc(sizeof *e + key.len);
    if (!e)
        return -ENOMEM;
    *e = (struct entry){.hash = hash, .key_len = key.len};
    memcpy(e->key, key.at, key.len);
    if (set_value(e, value) < 0) {
        entry_free(e);
        return -ENOMEM;
    }
    *link = e;
    s->count++;
    return 0;
}

int store_set(struct store *s, struct slice key, struct slice value)
{
    if (s->count == s->slots_n && grow(s) < 0)
        return -ENOMEM;
    uint64_t hash = hash_of(key);
    struct entry **link = find(s, key, hash);
    return *link ? set_value(*link, value) : add(s, link, key, hash, value);
}

bool store_get(struct store *s, struct slice key, uint64_t now_ms, struct slice *value)
{
    struct entry **link = look_up(s, key, now_ms);
    if (!link)
        return false;
    *value = (struct slice){(*link)->value, (*link)->value_len};
    return true;
}

bool store_delete(struct store *s, struct slice key, uint64_t now_ms)
{
    struct entry **link = look_up(s, key, now_ms);
    if (link)
        take_out(s, link);
    return link;
}

bool store_expire(struct store *s, struct slice key, uint64_t now_ms, uint64_t at_ms)
{
    struct entry **link = look_up(s, key, now_ms);
    if (link)
        (*link)->expires_ms = at_ms;
    return link;
}

bool store_expiry(struct store *s, struct slice key, uint64_t now_ms, uint64_t *at_ms)
{
    struct entry **link = look_up(s, key, now_ms);
    if (link)
        *at_ms = (*link)->expires_ms;
    return link;
}

void store_clear(struct store *s)
{
    for (size_t i = 0; i < s->slots_n; i++) {
        for (struct entry *e = s->slots[i], *next; e; e = next) {
            next = e->next;
            entry_free(e);
        }
    }
    free(s->slots);
    *s = (struct store){0};
}
