// SPDX-License-Identifier: MIT
#include "load/contents.h"

#include "base/rng.h"
#include "base/units.h"
#include "load/value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define POOL_EXTRA ((size_t)1 << 20) // places where a value can begin
#define STRETCH 512                  // bytes, in each of which the ratio holds
#define STREAM UINT64_C(0x706f6f6c)  // of the seed

static const char file_word[] = "file:", compress_word[] = "compress:";

int contents_parse(const char *text, struct contents *out, struct err *err)
{
    char quoted[64];
    struct slice word = slice_of(text);
    *out = (struct contents){0};
    if (slice_is(word, "constant"))
        return 0;
    if (slice_is(word, "random")) {
        out->kind = CONTENTS_RANDOM;
        return 0;
    }
    if (slice_is(word, "self")) {
        out->kind = CONTENTS_SELF;
        return 0;
    }
    if (slice_starts(word, file_word) && text[sizeof file_word - 1]) {
        *out = (struct contents){.kind = CONTENTS_FILE, .path = text + sizeof file_word - 1};
        return 0;
    }
    if (slice_starts(word, compress_word)) {
        const char *ratio = text + sizeof compress_word - 1;
        out->kind = CONTENTS_COMPRESS;
        const char *end = units_decimal(ratio, &out->ratio);
        if (end && !*end && out->ratio >= 1 && out->ratio <= 100)
            return 0;
    }
    return err_set(
        err, ERR_USAGE,
        "--value-data: expected constant, random, self, compress:RATIO with a ratio from 1 to 100, or "
        "file:PATH, got '%s'",
        slice_quote(word, quoted, sizeof quoted));
}

static void fill_random(char *at, size_t len, struct rng *rng)
{
    for (; len >= 8; at += 8, len -= 8) {
        uint64_t x = rng_next(rng);
        memcpy(at, &x, 8);
    }
    uint64_t x = rng_next(rng);
    memcpy(at, &x, len);
}

static void fill_stretches(struct contents_pool *p, double ratio, struct rng *rng)
{
    size_t random = (size_t)lround(STRETCH / ratio);
    for (size_t at = 0; at < p->len; at += STRETCH) {
        size_t left = p->len - at, n = random < left ? random : left;
        size_t rest = left < STRETCH ? left : STRETCH;
        fill_random(p->at + at, n, rng);
        memset(p->at + at + n, 'x', rest - n);
    }
}

static void fill_copies(struct contents_pool *p, struct slice file)
{
    for (size_t at = 0; at < p->len; at += file.len) {
        size_t left = p->len - at;
        memcpy(p->at + at, file.at, left < file.len ? left : file.len);
    }
}

static size_t pool_len(const struct contents *c, size_t most)
{
    if (c->kind == CONTENTS_CONSTANT)
        return most;
    if (c->kind == CONTENTS_FILE)
        return c->file.len > most ? c->file.len : most + c->file.len;
    return most + POOL_EXTRA;
}

int contents_fill(const struct contents *c, size_t most, uint64_t seed, struct contents_pool *out)
{
    struct rng rng = rng_init(seed, STREAM);
    out->len = pool_len(c, most);
    out->at = malloc(out->len + 1);
    if (!out->at)
        return -ENOMEM;
    if (c->kind == CONTENTS_CONSTANT)
        value_fill(out->at, out->len);
    else if (c->kind == CONTENTS_FILE)
        fill_copies(out, c->file);
    else
        fill_stretches(out, c->kind == CONTENTS_COMPRESS ? c->ratio : 1, &rng);
    return 0;
}
