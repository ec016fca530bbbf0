// SPDX-License-Identifier: MIT
#include "serve/reply.h"

#include "resp/encode.h"

static char *room(struct asker *a, size_t n)
{
    if (buf_reserve(&a->out, n) == 0)
        return a->out.at + a->out.len;
    a->quit = true;
    return NULL;
}

static char *put(char *at, const void *bytes, size_t n)
{
    memcpy(at, bytes, n);
    return at + n;
}

static void ends(struct asker *a, const char *end)
{
    a->out.len = (size_t)(end - a->out.at);
}

void reply_line(struct asker *a, const char *line)
{
    size_t n = strlen(line);
    char *at = room(a, n + 2);
    if (at)
        ends(a, put(put(at, line, n), "\r\n", 2));
}

void reply_error(struct asker *a, const char *text)
{
    size_t n = strlen(text);
    char *at = room(a, n + 3);
    if (at)
        ends(a, put(put(put(at, "-", 1), text, n), "\r\n", 2));
}

void reply_integer(struct asker *a, int64_t n)
{
    if (buf_printf(&a->out, ":%lld\r\n", (long long)n) < 0)
        a->quit = true;
}

void reply_head(struct asker *a, char type, size_t n)
{
    char *at = room(a, RESP_HEAD_MAX);
    if (at)
        ends(a, encode_head(at, type, n));
}

void reply_bulk(struct asker *a, struct slice bytes)
{
    char *at = room(a, RESP_HEAD_MAX + bytes.len + 2);
    if (at)
        ends(a, put(put(encode_head(at, '$', bytes.len), bytes.at, bytes.len), "\r\n", 2));
}

void reply_null(struct asker *a)
{
    reply_line(a, a->resp3 ? "_" : "$-1");
}
