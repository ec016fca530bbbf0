// SPDX-License-Identifier: MIT
// However placeholders stand in the arguments, what goes out is one request with as many arguments, of the
// right lengths. Arguments are separated by NUL; the first byte is the length of the value.
#include "load/template.h"
#include "resp/command.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARGS_MAX 16

static void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static size_t split(struct slice s, struct slice *argv)
{
    size_t n = 0;
    while (n < ARGS_MAX) {
        const char *end = memchr(s.at, 0, s.len);
        size_t len = end ? (size_t)(end - s.at) : s.len;
        argv[n++] = (struct slice){s.at, len};
        if (!end)
            break;
        s = (struct slice){end + 1, s.len - len - 1};
    }
    return n;
}

static size_t placeholders(struct slice s)
{
    size_t n = 0;
    for (const char *at; (at = slice_find(s, "__data__")); n++)
        s = (struct slice){at + 8, s.len - (size_t)(at + 8 - s.at)};
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct command c;
    struct slice argv[ARGS_MAX];
    if (size < 2)
        return 0;
    size_t value = data[0];
    size_t argc = split((struct slice){(const char *)data + 1, size - 1}, argv);
    struct template t;
    struct template_conf conf = {.data_bytes = value, .keys = true};
    require(template_init(&t, argv, argc, &conf) == 0);
    struct keydist keys = keydist_init(1000, &(struct keylaw){0}, 1, (struct deal){1, 1, 0});
    char *out = malloc(t.len);
    template_lay(&t, out);
    template_draw(&t, &keys, out);
    require(t.ncuts == 0 && t.wire_len == t.len);
    require(command_parse(&c, out, t.len) == (ssize_t)t.len && c.argc == argc);
    for (size_t i = 0; i < argc; i++)
        require(c.argv[i].len == argv[i].len + placeholders(argv[i]) * value - placeholders(argv[i]) * 8);
    free(out);
    template_reset(&t);
    return 0;
}
