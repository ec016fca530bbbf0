// SPDX-License-Identifier: MIT
#include "load/proof.h"

#define MAGIC UINT32_C(0x31564b48) // "HKV1"
#define SEED UINT64_C(0x70726f6f66)

// As it lies at the start of a value.
struct head {
    uint32_t magic, len;
    uint64_t number, version;
    uint32_t name, writer;
    uint32_t head_sum; // of all between magic and this
    uint32_t body_sum; // of what follows
};
_Static_assert(sizeof(struct head) == PROOF_BYTES, "nothing lies between");

// Each step can be undone, so that two values that differ in one word never have the same 64 bits.
static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0xff51afd7ed558ccd);
    return h ^ h >> 29;
}

static uint32_t sum(const char *at, size_t n)
{
    uint64_t h = SEED + n, word;
    for (; n >= 8; at += 8, n -= 8) {
        memcpy(&word, at, 8);
        h = mix(h, word);
    }
    word = 0;
    memcpy(&word, at, n);
    h = mix(h, word);
    return (uint32_t)(h ^ h >> 32);
}

static uint32_t sum_head(const struct head *h)
{
    const char *from = (const char *)h + sizeof h->magic;
    return sum(from, (size_t)((const char *)&h->head_sum - from));
}

uint32_t proof_name(struct slice pattern)
{
    return sum(pattern.at, pattern.len);
}

void proof_write(char *value, size_t len, const struct proof *p)
{
    struct head h = {.magic = MAGIC,
                     .len = (uint32_t)len,
                     .number = p->number,
                     .version = p->version,
                     .name = p->name,
                     .writer = p->writer,
                     .body_sum = sum(value + sizeof h, len - sizeof h)};
    h.head_sum = sum_head(&h);
    memcpy(value, &h, sizeof h);
}

enum proof_state proof_read(struct slice value, struct proof *out)
{
    struct head h = {.magic = MAGIC};
    *out = (struct proof){0};
    if (value.len < sizeof h) {
        size_t n = value.len < sizeof h.magic ? value.len : sizeof h.magic;
        return memcmp(&h.magic, value.at, n) == 0 ? PROOF_TRUNCATED : PROOF_NONE;
    }
    memcpy(&h, value.at, sizeof h);
    bool named = h.magic == MAGIC, sound = h.head_sum == sum_head(&h);
    if (!named || !sound)
        return named || sound ? PROOF_CORRUPT : PROOF_NONE;
    *out = (struct proof){h.number, h.version, h.name, h.writer};
    if (value.len < h.len)
        return PROOF_TRUNCATED;
    bool whole = value.len == h.len && h.body_sum == sum(value.at + sizeof h, value.len - sizeof h);
    return whole ? PROOF_WHOLE : PROOF_CORRUPT;
}
