// SPDX-License-Identifier: MIT
#include "load/recipe_slot.h"

#include "load/digits.h"

#include <stdlib.h>
#include <string.h>

// The argument whose head lies at `at`.
static struct slice argument_at(const char *at)
{
    size_t len = 0;
    for (at++; *at != '\r'; at++)
        len = 10 * len + (size_t)(*at - '0');
    return (struct slice){at + 2, len};
}

static uint16_t choose_slot(const struct recipe_slots *s, struct slice key, struct keydist *keys)
{
    uint64_t n = !s->settled ? rng_below(&keys->rng, s->n)
                 : s->digits ? digits_read(key.at + s->digits)
                             : slot_crc16(key);
    return (uint16_t)(s->first + n % s->n);
}

static void fill_tags(struct slice key, const char *tag)
{
    for (const char *at; (at = slice_find(key, TAG));
         key = (struct slice){at + 1, key.len - (size_t)(at + 1 - key.at)})
        memcpy((char *)at + 1, tag, TAG_LEN);
}

uint16_t recipe_slot(const struct recipe *r, struct keydist *keys, char *bytes)
{
    const struct recipe_slots *s = &r->slots;
    size_t first = keyed_first(&s->keyed), next = first;
    if (!first)
        return (uint16_t)(s->first + rng_below(&keys->rng, s->n));
    uint16_t slot = 0;
    const char *at = strchr(bytes, '\n') + 1;
    for (size_t i = 0; next; i++) {
        struct slice arg = argument_at(at);
        at = arg.at + arg.len + 2;
        if (i != next)
            continue;
        if (i == first)
            slot = s->tagged ? choose_slot(s, arg, keys) : slot_of(arg);
        if (!s->tagged)
            break;
        fill_tags(arg, s->tags->of[slot]);
        next = keyed_next(&s->keyed, i);
    }
    return slot;
}

// Argument i of the request at `bytes`.
static struct slice nth_argument(const char *bytes, size_t i)
{
    struct slice arg = argument_at(strchr(bytes, '\n') + 1);
    for (; i; i--)
        arg = argument_at(arg.at + arg.len + 2);
    return arg;
}

uint16_t recipe_slot_laid(const struct recipe *r, const char *bytes)
{
    size_t first = keyed_first(&r->slots.keyed);
    return first ? slot_of(nth_argument(bytes, first)) : r->slots.first;
}

size_t recipe_slot_bytes(const char *bytes)
{
    struct slice last = nth_argument(bytes, (size_t)strtoul(bytes + 1, NULL, 10) - 1);
    return (size_t)(last.at + last.len + 2 - bytes);
}
