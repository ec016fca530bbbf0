// SPDX-License-Identifier: MIT
#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define READ_BYTES ((size_t)1 << 16)

int buf_reserve(struct buf *b, size_t n)
{
    if (b->cap - b->len >= n)
        return 0;
    if (b->head) {
        memmove(b->at, b->at + b->head, b->len - b->head);
        b->len -= b->head;
        b->head = 0;
        if (b->cap - b->len >= n)
            return 0;
    }
    size_t cap = b->cap ? b->cap : 256;
    while (cap - b->len < n)
        cap *= 2;
    char *at = realloc(b->at, cap);
    if (!at)
        return -ENOMEM;
    b->at = at;
    b->cap = cap;
    return 0;
}

int buf_append(struct buf *b, const void *bytes, size_t n)
{
    if (n == 0)
        return 0;
    int rc = buf_reserve(b, n);
    if (rc < 0)
        return rc;
    memcpy(b->at + b->len, bytes, n);
    b->len += n;
    return 0;
}

int buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    int rc = buf_reserve(b, (size_t)n + 1);
    if (rc == 0) {
        vsnprintf(b->at + b->len, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
    return rc;
}

int buf_read_file(struct buf *b, FILE *file)
{
    size_t n = 1;
    errno = 0;
    while (n > 0) {
        if (buf_reserve(b, READ_BYTES) < 0)
            return -ENOMEM;
        n = fread(b->at + b->len, 1, READ_BYTES, file);
        b->len += n;
    }
    if (!ferror(file))
        return 0;
    return errno ? -errno : -EIO;
}

void buf_free(struct buf *b)
{
    free(b->at);
    *b = (struct buf){0};
}
