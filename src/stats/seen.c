// SPDX-License-Identifier: MIT
#include "stats/seen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MIN 64

static int grow(struct seen *s, size_t words)
{
    size_t more = s->words ? s->words : WORDS_MIN;
    while (more < words)
        more *= 2;
    uint64_t *bits = calloc(more, sizeof *bits);
    if (!bits)
        return -ENOMEM;
    for (size_t i = 0; i < s->words; i++)
        bits[i] = s->bits[(s->head + i) & (s->words - 1)];
    free(s->bits);
    s->bits = bits;
    s->words = more;
    s->head = 0;
    return 0;
}

// Words in which all have come are forgotten.
static void advance(struct seen *s)
{
    while (s->bits[s->head] == UINT64_MAX) {
        s->bits[s->head] = 0;
        s->head = (s->head + 1) & (s->words - 1);
        s->base += 64;
    }
}

int seen_add(struct seen *s, uint64_t n)
{
    if (n < s->base)
        return 0;
    if (n - s->base >= SEEN_AHEAD)
        return -ERANGE;
    size_t word = (size_t)((n - s->base) / 64);
    int rc = word < s->words ? 0 : grow(s, word + 1);
    if (rc < 0)
        return rc;
    uint64_t *at = &s->bits[(s->head + word) & (s->words - 1)], bit = UINT64_C(1) << (n & 63);
    if (*at & bit)
        return 0;
    *at |= bit;
    if (word == 0)
        advance(s);
    return 1;
}

void seen_free(struct seen *s)
{
    free(s->bits);
    *s = (struct seen){0};
}
