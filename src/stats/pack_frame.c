// SPDX-License-Identifier: MIT
#include "stats/pack_frame.h"

#include <inttypes.h>
#include <string.h>

static const char magic[3] = {'H', 'K', 'V'}; // and the kind

void pack_frame_put(unsigned char at[8], uint64_t n)
{
    for (int i = 0; i < 8; i++)
        at[i] = (unsigned char)(n >> 8 * i);
}

uint64_t pack_frame_get(const char *from)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n |= (uint64_t)(unsigned char)from[i] << 8 * i;
    return n;
}

uint64_t pack_frame_sum(struct slice of)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < of.len; i++)
        sum = (sum ^ (unsigned char)of.at[i]) * UINT64_C(0x100000001b3);
    return sum;
}

int pack_frame_refuse(struct err *err, const char *why)
{
    return err_set(err, ERR_RUN, "expected the packed result of a part, got %s", why);
}

int pack_frame_begin(struct buf *out, size_t *start)
{
    *start = out->len - out->head;
    return buf_append(out, (unsigned char[PACK_HEAD_BYTES]){0}, PACK_HEAD_BYTES);
}

int pack_frame_end(struct buf *out, size_t start, enum pack_kind kind)
{
    unsigned char *head = (unsigned char *)out->at + out->head + start, sum[PACK_SUM_BYTES];
    size_t here = out->len - out->head - start;
    memcpy(head, magic, sizeof magic);
    head[sizeof magic] = (unsigned char)kind;
    pack_frame_put(head + 4, PACK_VERSION);
    pack_frame_put(head + 8, here - PACK_HEAD_BYTES + PACK_SUM_BYTES);
    pack_frame_put(sum, pack_frame_sum((struct slice){(char *)head, here}));
    return buf_append(out, sum, sizeof sum);
}

static bool has_magic(struct slice all, enum pack_kind kind)
{
    const char word[4] = {magic[0], magic[1], magic[2], (char)kind};
    return all.len && memcmp(all.at, word, all.len < sizeof word ? all.len : sizeof word) == 0;
}

int pack_frame_check(struct slice all, enum pack_kind kind, struct slice *held, struct err *err)
{
    if (!has_magic(all, kind))
        return pack_frame_refuse(err, all.len ? "something else" : "nothing");
    if (all.len < PACK_HEAD_BYTES + PACK_SUM_BYTES)
        return pack_frame_refuse(err, "one that is cut short");
    uint32_t version = (uint32_t)pack_frame_get(all.at + 4);
    uint64_t rest = pack_frame_get(all.at + 8), here = all.len - PACK_HEAD_BYTES;
    if (version != PACK_VERSION)
        return err_set(err, ERR_RUN,
                       "expected a part packed by this version of hkv-bench (format %d), got format %" PRIu32
                       ": run the same version everywhere",
                       PACK_VERSION, version);
    if (rest != here)
        return pack_frame_refuse(err,
                                 rest > here ? "one that is cut short" : "one with bytes behind its end");
    struct slice summed = {all.at, all.len - PACK_SUM_BYTES};
    *held = (struct slice){all.at + PACK_HEAD_BYTES, here - PACK_SUM_BYTES};
    return pack_frame_get(all.at + summed.len) == pack_frame_sum(summed)
               ? 0
               : pack_frame_refuse(err, "one that was changed on its way");
}
