// SPDX-License-Identifier: MIT
// A command compiled to RESP bytes with holes for key digits. Large values stay outside, shared by all
// requests. Knows no socket and no clock.
#pragma once

#include "base/slice.h"
#include "load/contents.h"
#include "load/digits.h"
#include "load/keydist.h"
#include "load/recipe.h"
#include "load/tag.h"

#include <stdint.h>
#include <sys/uio.h>

// From this size on a value is not copied into each request but sent from where it lies.
#define TEMPLATE_SHARE_MIN 4096

struct mix; // load/mix.h

struct template_hole {
    uint32_t at;  // offset in bytes of its 12 digits
    uint8_t kind; // 0: a fresh key each; 1 to 9: one key for all holes of this kind in a request
};

struct template
{
    char *bytes; // the request without its shared values
    uint32_t len;
    uint32_t nholes;
    struct template_hole *holes;
    uint32_t ncuts;
    uint32_t *cuts;                // offsets in bytes before which the shared value stands
    struct contents_pool value;    // the shared value
    size_t wire_len;               // bytes of one request on the wire
    uint16_t kinds;                // bit k: kind k is used
    unsigned draws[KEYDIST_NAMES]; // numbers of each kind that one request takes
    struct recipe *recipe;         // NULL; else requests differ in more than digits, and are written by that
    const struct mix *mix;         // NULL; else each request is of one of its kinds
    // Of a cluster's requests
    uint32_t key_at, key_len; // the key whose slot is the request's, in bytes; key_len 0: it has none
    uint32_t digits_at;  // of a key with a tag and one number: where that is, which chooses the slot; else 0
    uint16_t first_slot; // requests without a slot of their own are dealt to [first_slot,
    uint32_t slots;      // first_slot + slots)
    uint32_t ntags;
    uint32_t *tag_at; // offsets in bytes of a tag's letters
    struct tags *tags;
};

struct template_conf {
    size_t data_bytes; // what __data__ becomes
    bool varies;       // written by a recipe though all requests are alike
    bool same;         // its key is that of the request before: recipe_conf
    bool keys;         // fill __rand_int__ and __rand_1st__ .. __rand_9th__; else they stay literal text
    bool slots;        // of a cluster: fill {tag} too, and know where the key is
    const struct keyform *key;          // what __key__ becomes; NULL: there is none
    const struct recipe_values *values; // what __data__ becomes in place of data_bytes; or NULL
    const struct dataset *dataset;      // what __field:name__ is of; or NULL
    unsigned first_slot, nslots;        // the slots of tags; nslots 0: all
    struct slice before;                // goes out before each request as it is, and is no part of its answer
};

// Compiles argv, in whose arguments the placeholders may stand anywhere. 0, or -ENOMEM, or -E2BIG when the
// request without its shared values is over 2 GiB.
int template_init(struct template *t, const struct slice *argv, size_t argc,
                  const struct template_conf *conf);

// Bytes that go out as they are, once per request: an inline command.
int template_init_raw(struct template *t, struct slice bytes);

void template_reset(struct template *t);

// Lays one request's t->len bytes at dst. They may go out many times: only their keys differ.
static inline void template_lay(const struct template *t, char *dst)
{
    memcpy(dst, t->bytes, t->len);
}

// Writes fresh keys into the request that lies at dst.
static inline __attribute__((always_inline)) void template_draw(const struct template *t,
                                                                struct keydist *keys, char *dst)
{
    uint64_t named[KEYDIST_NAMES];
    for (unsigned kinds = t->kinds & ~1u; kinds; kinds &= kinds - 1) {
        unsigned kind = (unsigned)__builtin_ctz(kinds);
        named[kind] = keydist_next(keys, kind);
    }
    for (uint32_t i = 0; i < t->nholes; i++) {
        struct template_hole h = t->holes[i];
        digits_write(dst + h.at, h.kind ? named[h.kind] : keydist_next(keys, 0));
    }
}

// The same, and a slot's letters where it has tags: by the key's number where it has one, so that each number
// is one key. Answers the slot that it belongs to: any one, where it has no key.
static inline uint16_t template_draw_slot(const struct template *t, struct keydist *keys, char *dst)
{
    uint16_t slot = t->first_slot;
    if (!t->digits_at && (t->ntags || !t->key_len))
        slot = (uint16_t)(slot + rng_below(&keys->rng, t->slots));
    template_draw(t, keys, dst);
    if (t->digits_at)
        slot = (uint16_t)(slot + digits_read(dst + t->digits_at) % t->slots);
    for (uint32_t i = 0; i < t->ntags; i++)
        memcpy(dst + t->tag_at[i], t->tags->of[slot], TAG_LEN);
    return t->key_len ? slot_of((struct slice){dst + t->key_at, t->key_len}) : slot;
}

// The pieces that one drawn request at `bytes` goes out in: 1 + 2 * ncuts at most. Answers how many.
static inline size_t template_iov(const struct template *t, char *bytes, struct iovec *iov)
{
    size_t n = 0;
    uint32_t from = 0;
    for (uint32_t i = 0; i < t->ncuts; i++) {
        iov[n++] = (struct iovec){bytes + from, t->cuts[i] - from};
        iov[n++] = (struct iovec){t->value.at, t->value.len};
        from = t->cuts[i];
    }
    iov[n++] = (struct iovec){bytes + from, t->len - from};
    return n;
}
