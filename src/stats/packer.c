// SPDX-License-Identifier: MIT
#include "stats/packer.h"

#include "base/utf8.h"
#include "stats/pack_frame.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MAX 65536 // threads, or nodes

void packer_fail(struct packer *p, int rc)
{
    if (p->rc == 0)
        p->rc = rc;
}

void packer_demand(struct packer *p, bool holds)
{
    if (!holds)
        packer_fail(p, -EINVAL);
}

void packer_bytes(struct packer *p, void *at, size_t n)
{
    if (p->rc)
        return;
    if (p->out) {
        packer_fail(p, buf_append(p->out, at, n));
        return;
    }
    packer_demand(p, n <= p->in.len);
    if (p->rc)
        return;
    if (n)
        memcpy(at, p->in.at, n);
    p->in = (struct slice){p->in.at + n, p->in.len - n};
}

void packer_number(struct packer *p, uint64_t *n)
{
    unsigned char at[8] = {0};
    pack_frame_put(at, *n);
    packer_bytes(p, at, sizeof at);
    if (!p->out)
        *n = pack_frame_get((const char *)at);
}

uint64_t packer_upto(struct packer *p, uint64_t n, uint64_t most)
{
    packer_number(p, &n);
    packer_demand(p, n <= most);
    return p->rc ? 0 : n;
}

void packer_small(struct packer *p, unsigned *n)
{
    *n = (unsigned)packer_upto(p, *n, UINT32_MAX);
}

void packer_flag(struct packer *p, bool *b)
{
    *b = packer_upto(p, *b, 1);
}

void packer_whole(struct packer *p, int64_t *n)
{
    uint64_t raw = (uint64_t)*n;
    packer_number(p, &raw);
    *n = (int64_t)raw;
}

void packer_maybe(struct packer *p, int *n)
{
    *n = (int)packer_upto(p, (uint64_t)*n + 1, 2) - 1;
}

void packer_real(struct packer *p, double *x)
{
    uint64_t raw;
    memcpy(&raw, x, sizeof raw);
    packer_number(p, &raw);
    memcpy(x, &raw, sizeof raw);
    packer_demand(p, isfinite(*x));
    if (p->rc)
        *x = 0;
}

// Whoever made the bytes, none of them acts on the terminal of who reads a report.
static void make_harmless(char *at)
{
    while (*at) {
        size_t len = utf8_len(at);
        if (!len || !utf8_shows(at, len))
            memset(at, '?', len ? len : 1);
        at += len ? len : 1;
    }
}

void packer_text(struct packer *p, char *at, size_t cap)
{
    size_t n = packer_upto(p, p->out ? strlen(at) : 0, cap - 1);
    packer_bytes(p, at, n);
    if (!p->out)
        at[p->rc ? 0 : n] = 0;
    packer_demand(p, strlen(at) == n);
    if (!p->out)
        make_harmless(at);
}

void packer_heap(struct packer *p, struct buf *b)
{
    size_t n = packer_upto(p, b->len - b->head, p->out ? SIZE_MAX : p->in.len);
    if (!p->out && p->rc == 0)
        packer_fail(p, buf_reserve(b, n));
    if (p->rc)
        return;
    if (n)
        packer_bytes(p, b->at + b->head, n);
    if (!p->out)
        b->len = n;
}

void packer_hist(struct packer *p, struct hist **h)
{
    struct buf cells = {0};
    bool there = *h;
    packer_flag(p, &there);
    if (!there || p->rc)
        return;
    unsigned digits = p->out ? (unsigned)hist_digits(*h) : 0;
    struct hist_exact e = p->out ? hist_exact(*h) : (struct hist_exact){0};
    if (p->out)
        packer_fail(p, hist_cells(*h, &cells));
    packer_small(p, &digits);
    packer_number(p, &e.overflow);
    packer_number(p, &e.min);
    packer_number(p, &e.max);
    packer_number(p, &e.sum_high);
    packer_number(p, &e.sum_low);
    packer_heap(p, &cells);
    if (!p->out && p->rc == 0)
        packer_fail(p, hist_of(h, (int)digits, buf_unread(&cells), &e));
    buf_free(&cells);
}

void packer_numbers(struct packer *p, uint64_t *const *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        packer_number(p, all[i]);
}

void *packer_room(struct packer *p, void *at, unsigned *n, size_t each)
{
    *n = (unsigned)packer_upto(p, *n, ROOM_MAX);
    if (!p->out && *n)
        at = calloc(*n, each);
    if (!p->out && *n && !at)
        packer_fail(p, -ENOMEM);
    *n = p->rc ? 0 : *n;
    return at;
}
