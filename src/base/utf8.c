// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t utf8_len(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    unsigned char c = at[0];
    size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < len; i++)
        if ((at[i] & 0xc0) != 0x80) // the NUL stops it too
            return 0;
    bool overlong = (c == 0xe0 && at[1] < 0xa0) || (c == 0xf0 && at[1] < 0x90);
    bool outside = (c == 0xed && at[1] > 0x9f) || (c == 0xf4 && at[1] > 0x8f); // surrogates, > U+10FFFF
    return overlong || outside ? 0 : len;
}

char *utf8_clean(const char *text)
{
    char *clean = malloc(4 * strlen(text) + 1), *to = clean;
    while (clean && *text) {
        size_t len = utf8_len(text);
        if (len == 0)
            to += sprintf(to, "\\x%02x", (unsigned char)*text++);
        for (; len > 0; len--)
            *to++ = *text++;
    }
    if (clean)
        *to = 0;
    return clean;
}

static unsigned code_of(const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    if (len == 2)
        return (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu);
    if (len == 3)
        return (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
    return at[0]; // four bytes hold nothing that is asked for here
}

bool utf8_shows(const char *text, size_t len)
{
    unsigned code = code_of(text, len);
    if (len == 1)
        return code >= 0x20 && code != 0x7f;
    bool c1 = len == 2 && code < 0xa0;
    bool turns = code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
                 (code >= 0x2066 && code <= 0x2069);
    bool breaks = code == 0x2028 || code == 0x2029;
    return len == 4 || !(c1 || turns || breaks);
}
