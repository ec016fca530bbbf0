// SPDX-License-Identifier: MIT
// Packed results: taken or refused with a sentence, as they are and in a frame that fits. What was taken can
// be packed, is then read again and packed to the same bytes, and parts that were taken add up or are refused
// with a sentence.
#include "stats/merge.h"
#include "stats/pack.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void put(char *at, uint64_t n)
{
    for (int i = 0; i < 8; i++)
        at[i] = (char)(n >> 8 * i);
}

static void add_up(struct summary *s)
{
    struct summary out, *parts[] = {s, s};
    struct err err = {0};
    if (merge_parts(&out, parts, 1, &err) == 0)
        summary_free(&out);
    else
        require(err.text[0]);
    err = (struct err){0};
    if (merge_parts(&out, parts, 2, &err) == 0) // only where it has no thread at all
        summary_free(&out);
    else
        require(err.text[0]);
}

static void again(struct summary *s)
{
    struct buf first = {0}, second = {0};
    struct summary read;
    struct err err = {0};
    require(pack_summary(s, &first) == 0);
    require(pack_read(&read, buf_unread(&first), &err) == 0);
    require(pack_summary(&read, &second) == 0);
    require(first.len == second.len && memcmp(first.at, second.at, first.len) == 0);
    buf_free(&first);
    buf_free(&second);
    summary_free(&read);
}

static void try(struct slice bytes)
{
    struct summary s;
    struct err err = {0};
    if (pack_read(&s, bytes, &err) < 0) {
        require(err.code == ERR_RUN && err.text[0] && strlen(err.text) < sizeof err.text - 1);
        return;
    }
    again(&s);
    add_up(&s);
    summary_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t whole = PACK_HEAD_BYTES + size + PACK_SUM_BYTES;
    char *bytes = calloc(1, whole);
    memcpy(bytes, data, size);
    try((struct slice){bytes, size});
    memcpy(bytes, "HKVR", 4);
    put(bytes + 4, PACK_VERSION);
    put(bytes + 8, size + PACK_SUM_BYTES);
    memcpy(bytes + PACK_HEAD_BYTES, data, size);
    put(bytes + whole - PACK_SUM_BYTES, pack_frame_sum((struct slice){bytes, whole - PACK_SUM_BYTES}));
    try((struct slice){bytes, whole});
    free(bytes);
    return 0;
}
