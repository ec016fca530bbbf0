// SPDX-License-Identifier: MIT
#include "resp/encode.h"

static size_t digits_of(size_t n)
{
    size_t d = 1;
    while (n >= 10) {
        n /= 10;
        d++;
    }
    return d;
}

size_t encode_size(const struct slice *argv, size_t argc)
{
    size_t size = 1 + digits_of(argc) + 2;
    for (size_t i = 0; i < argc; i++)
        size += 1 + digits_of(argv[i].len) + 2 + argv[i].len + 2;
    return size;
}

char *encode_head(char *dst, char type, size_t n)
{
    size_t d = digits_of(n);
    dst[0] = type;
    for (size_t i = d; i > 0; i--) {
        dst[i] = (char)('0' + n % 10);
        n /= 10;
    }
    dst[d + 1] = '\r';
    dst[d + 2] = '\n';
    return dst + d + 3;
}

char *encode_command(char *dst, const struct slice *argv, size_t argc)
{
    dst = encode_head(dst, '*', argc);
    for (size_t i = 0; i < argc; i++) {
        dst = encode_head(dst, '$', argv[i].len);
        if (argv[i].len)
            memcpy(dst, argv[i].at, argv[i].len);
        dst += argv[i].len;
        memcpy(dst, "\r\n", 2);
        dst += 2;
    }
    return dst;
}
