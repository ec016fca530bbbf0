// SPDX-License-Identifier: MIT
// A request that was taken, encoded and taken again has the same arguments; none lies outside the bytes.
#include "resp/command.h"
#include "resp/encode.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void again(const struct command *c)
{
    static struct command other;
    size_t n = encode_size(c->argv, c->argc);
    char *bytes = malloc(n);
    require(encode_command(bytes, c->argv, c->argc) == bytes + n);
    require(command_parse(&other, bytes, n) == (ssize_t)n && other.argc == c->argc);
    for (size_t i = 0; i < c->argc; i++)
        require(other.argv[i].len == c->argv[i].len &&
                (c->argv[i].len == 0 || memcmp(other.argv[i].at, c->argv[i].at, c->argv[i].len) == 0));
    for (size_t cut = 0; cut < n && n < 300; cut++)
        require(command_parse(&other, bytes, cut) == RESP_MORE && other.want <= n);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct command c;
    char *bytes = malloc(size ? size : 1);
    memcpy(bytes, data, size);
    for (size_t at = 0; at < size;) {
        ssize_t n = command_parse(&c, bytes + at, size - at);
        if (n <= 0)
            break;
        require((size_t)n <= size - at);
        for (size_t i = 0; i < c.argc; i++)
            require(c.argv[i].at >= bytes + at && c.argv[i].at + c.argv[i].len <= bytes + at + n);
        again(&c);
        at += (size_t)n;
    }
    free(bytes);
    return 0;
}
