// SPDX-License-Identifier: MIT
// Growable bytes with a read cursor: append at the end, take from the front. A zeroed struct is an empty one.
#pragma once

#include "base/slice.h"

#include <stdio.h>

struct buf {
    char *at;    // allocation
    size_t head; // first byte not yet taken
    size_t len;  // end of the bytes; head <= len <= cap
    size_t cap;
};

// Room for n more bytes, moving what is unread to the front if that suffices. 0, or -ENOMEM.
int buf_reserve(struct buf *b, size_t n);

int buf_append(struct buf *b, const void *bytes, size_t n);

// Appends formatted text. 0, or -ENOMEM.
int buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Appends all that is left of a file. 0, -ENOMEM, or -errno where it cannot be read.
int buf_read_file(struct buf *b, FILE *file);

void buf_free(struct buf *b);

static inline struct slice buf_unread(const struct buf *b)
{
    return (struct slice){b->at ? b->at + b->head : "", b->len - b->head};
}

static inline void buf_take(struct buf *b, size_t n)
{
    b->head += n;
    if (b->head == b->len)
        b->head = b->len = 0;
}
