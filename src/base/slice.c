// SPDX-License-Identifier: MIT
#include "base/slice.h"

#include <stdio.h>
#include <strings.h>

bool slice_is_nocase(struct slice s, const char *text)
{
    return s.len == strlen(text) && strncasecmp(s.at, text, s.len) == 0;
}

const char *slice_find(struct slice s, const char *text)
{
    return memmem(s.at, s.len, text, strlen(text));
}

static size_t quote_one(unsigned char c, char out[5])
{
    if (c >= 0x20 && c < 0x7f && c != '\\') {
        out[0] = (char)c;
        return 1;
    }
    const char *plain = c == '\r' ? "\\r" : c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\\' ? "\\\\" : NULL;
    if (plain) {
        memcpy(out, plain, 2);
        return 2;
    }
    snprintf(out, 5, "\\x%02x", c);
    return 4;
}

char *slice_quote(struct slice s, char *dst, size_t cap)
{
    size_t used = 0;
    for (size_t i = 0; i < s.len; i++) {
        char one[5];
        size_t n = quote_one((unsigned char)s.at[i], one);
        size_t tail = i + 1 < s.len ? 4 : 1; // room for "..." while more follows
        if (used + n + tail > cap) {
            memcpy(dst + used, "...", 3);
            used += 3;
            break;
        }
        memcpy(dst + used, one, n);
        used += n;
    }
    dst[used] = 0;
    return dst;
}

char *slice_enumerate(const char *const *words, size_t n, char *dst, size_t cap)
{
    size_t len = 0;
    dst[0] = 0;
    for (size_t i = 0; i < n && len < cap; i++) {
        const char *between = i == 0 ? "" : i + 1 < n ? ", " : " and ";
        len += (size_t)snprintf(dst + len, cap - len, "%s%s", between, words[i]);
    }
    return dst;
}
