// SPDX-License-Identifier: MIT
#include "load/tag.h"

#include <errno.h>
#include <stdlib.h>

#define DRAWN "__rand_"
#define NAMED "__key" // of keys that differ in length

// Three of these reach each slot.
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
enum { LETTERS = sizeof letters - 1 };

int tags_new(struct tags **out)
{
    struct tags *t = *out = calloc(1, sizeof *t);
    if (!t)
        return -ENOMEM;
    for (unsigned i = 0; i < LETTERS * LETTERS * LETTERS; i++) {
        const char tag[TAG_LEN] = {letters[i / LETTERS / LETTERS], letters[i / LETTERS % LETTERS],
                                   letters[i % LETTERS]};
        char *at = t->of[slot_crc16((struct slice){tag, TAG_LEN}) % SLOTS];
        if (!*at)
            memcpy(at, tag, TAG_LEN);
    }
    return 0;
}

static bool has_own_tag(const struct slice *argv, const struct keyed *k)
{
    for (size_t i = keyed_first(k); i; i = keyed_next(k, i))
        if (slice_find(argv[i], "{"))
            return true;
    return false;
}

static const char *find_number(struct slice key)
{
    const char *drawn = slice_find(key, DRAWN);
    return drawn ? drawn : slice_find(key, NAMED);
}

static bool varies(struct slice key, bool draws)
{
    return draws && find_number(key);
}

static bool fall_apart(const struct slice *argv, const struct keyed *k, bool draws)
{
    size_t first = keyed_first(k);
    for (size_t i = first; i; i = keyed_next(k, i))
        if (varies(argv[i], draws) || slot_of(argv[i]) != slot_of(argv[first]))
            return true;
    return false;
}

static bool wants_tags(const struct slice *argv, const struct keyed *k, enum tagging how, bool draws)
{
    size_t first = keyed_first(k);
    if (!first || has_own_tag(argv, k))
        return false;
    if (how == TAGGING_ALL || (keyed_next(k, first) && fall_apart(argv, k, draws)))
        return true;
    return how == TAGGING_FIXED && !varies(argv[first], draws);
}

static struct slice put_tag(struct slice key, char *dst)
{
    const char *drawn = find_number(key);
    size_t before = drawn ? (size_t)(drawn - key.at) : key.len;
    const char *tag = drawn ? TAG ":" : ":" TAG;
    size_t n = strlen(tag);
    memcpy(dst, key.at, before);
    memcpy(dst + before, tag, n);
    memcpy(dst + before + n, key.at + before, key.len - before);
    return (struct slice){dst, key.len + n};
}

int tagged_init(struct tagged *out, const struct slice *argv, size_t argc, enum tagging how, bool draws)
{
    struct keyed k = keyed_of(argv, argc);
    size_t room = 1;
    for (size_t i = keyed_first(&k); i; i = keyed_next(&k, i))
        room += argv[i].len + sizeof TAG;
    *out = (struct tagged){calloc(argc, sizeof *argv), malloc(room)};
    if (!out->argv || !out->storage) {
        tagged_free(out);
        return -ENOMEM;
    }
    memcpy(out->argv, argv, argc * sizeof *argv);
    if (!wants_tags(argv, &k, how, draws))
        return 0;
    char *at = out->storage;
    for (size_t i = keyed_first(&k); i; i = keyed_next(&k, i)) {
        out->argv[i] = put_tag(argv[i], at);
        at += out->argv[i].len;
    }
    return 0;
}

// What of a key its slot goes by.
static struct slice hashed(struct slice key)
{
    const char *open = slice_find(key, "{");
    if (!open)
        return key;
    struct slice rest = {open + 1, key.len - (size_t)(open + 1 - key.at)};
    const char *close = slice_find(rest, "}");
    return close && close > rest.at ? (struct slice){rest.at, (size_t)(close - rest.at)} : key;
}

static bool is_ours(struct slice key)
{
    return slice_find(key, TAG) != NULL;
}

// Each __rand_int__ is another number; of __rand_1st__ all are the same one.
static bool apart(struct slice a, struct slice b, bool draws)
{
    struct slice x = hashed(a), y = hashed(b);
    bool each = draws && (slice_find(x, "__rand_int__") || slice_find(y, "__rand_int__") ||
                          slice_find(x, "__key__") || slice_find(y, "__key__"));
    return is_ours(a) != is_ours(b) || (!is_ours(a) && (each || slot_of(a) != slot_of(b)));
}

bool tagged_faulty(struct tagged_fault *f, const struct slice *argv, size_t argc, bool draws,
                   struct tagged_slots slots)
{
    struct keyed k = keyed_of(argv, argc);
    size_t at = keyed_first(&k);
    *f = (struct tagged_fault){0};
    if (!at)
        return false;
    f->key = argv[at];
    for (size_t i = at; i; i = keyed_next(&k, i)) {
        f->other = argv[i];
        if (i != at && apart(f->key, f->other, draws))
            return true;
    }
    unsigned slot = slot_of(f->key);
    bool within = slot >= slots.first && slot < slots.first + slots.n;
    f->outside = slots.n && !is_ours(f->key) && (varies(hashed(f->key), draws) || !within);
    return f->outside;
}

void tagged_free(struct tagged *t)
{
    free(t->argv);
    free(t->storage);
    *t = (struct tagged){0};
}
