// SPDX-License-Identifier: MIT
#include "run/secret.h"

#define MASK "***"
#define TELLING 6 // so many bytes in common are no chance

static size_t in_common(struct slice text, struct slice secret)
{
    size_t n = 0;
    while (n < text.len && n < secret.len && text.at[n] == secret.at[n])
        n++;
    return n;
}

struct slice secret_hide(struct slice text, const char *secret, char dst[SECRET_TEXT])
{
    struct slice s = slice_of(secret ? secret : "");
    size_t least = s.len < TELLING ? s.len : TELLING, used = 0;
    if (s.len == 0)
        return text;
    for (size_t i = 0; i < text.len && used + sizeof MASK <= SECRET_TEXT;) {
        size_t n = in_common((struct slice){text.at + i, text.len - i}, s);
        if (n < least) {
            dst[used++] = text.at[i++];
            continue;
        }
        memcpy(dst + used, MASK, sizeof MASK - 1);
        used += sizeof MASK - 1;
        i += n;
    }
    return (struct slice){dst, used};
}
