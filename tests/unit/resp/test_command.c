// SPDX-License-Identifier: MIT
#include "resp/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct command c;

// Parses a copy that ends where its allocation ends, so that a read beyond it is seen.
static ssize_t parse(struct slice in)
{
    static char *copy;
    free(copy);
    copy = malloc(in.len ? in.len : 1);
    memcpy(copy, in.at, in.len);
    ssize_t n = command_parse(&c, copy, in.len);
    return n;
}

// Whole, the request has these arguments; cut anywhere, it asks for more, and never for more than there is.
static void is(struct slice in, size_t argc, const char *const *argv)
{
    for (size_t cut = 0; cut < in.len; cut++) {
        assert_int_equal(parse((struct slice){in.at, cut}), RESP_MORE);
        assert_in_range(c.want, 0, in.len);
    }
    assert_int_equal(parse(in), in.len);
    assert_int_equal(c.argc, argc);
    for (size_t i = 0; i < argc; i++)
        assert_true(slice_is(c.argv[i], argv[i]));
}

static void arrays(void **state)
{
    (void)state;
    is(slice_of("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"), 2, (const char *const[]){"GET", "k"});
    is(slice_of("*1\r\n$0\r\n\r\n"), 1, (const char *const[]){""});
    is(slice_of("*2\r\n$4\r\n\r\n\r\n\r\n$2\r\n*1\r\n"), 2, (const char *const[]){"\r\n\r\n", "*1"});
    is(slice_of("*0\r\n"), 0, NULL);
    is(slice_of("*-1\r\n"), 0, NULL);
}

static void lines(void **state)
{
    (void)state;
    is(slice_of("PING\r\n"), 1, (const char *const[]){"PING"});
    is(slice_of("  SET\ta  b \n"), 3, (const char *const[]){"SET", "a", "b"});
    is(slice_of("\r\n"), 0, NULL);
}

static void only_the_first_is_taken(void **state)
{
    (void)state;
    assert_int_equal(parse(slice_of("*1\r\n$4\r\nPING\r\n*1\r\n")), 14);
    assert_int_equal(parse(slice_of("PING\r\nPING\r\n")), 6);
}

static void tells_how_much_is_missing(void **state)
{
    (void)state;
    assert_int_equal(parse(slice_of("*2\r\n$3\r\nSET\r\n$1000\r\nx")), RESP_MORE);
    assert_int_equal(c.want, 4 + 9 + 7 + 1000 + 2);
}

static void refuses(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "*x\r\n", "*1\r\n:5\r\n", "*1025\r\n",          "*1\r\n$-1\r\n",
        "*1\n",   "*1\r\n$2\n",   "*1\r\n$1\r\nab\r\n", "*1\r\n$536870913\r\n",
        "*\r\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(parse(slice_of(wrong[i])), RESP_BAD);
        assert_non_null(c.complaint);
    }
    char *line = malloc(RESP_LINE_MAX + 1);
    memset(line, 'x', RESP_LINE_MAX + 1);
    assert_int_equal(parse((struct slice){line, RESP_LINE_MAX}), RESP_MORE);
    assert_int_equal(parse((struct slice){line, RESP_LINE_MAX + 1}), RESP_BAD);
    for (size_t i = 0; i < 2 * COMMAND_ARGS_MAX + 2; i++)
        line[i] = i % 2 ? ' ' : 'a';
    line[2 * COMMAND_ARGS_MAX + 1] = '\n';
    assert_int_equal(parse((struct slice){line, 2 * COMMAND_ARGS_MAX + 2}), RESP_BAD);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays),
        cmocka_unit_test(lines),
        cmocka_unit_test(only_the_first_is_taken),
        cmocka_unit_test(tells_how_much_is_missing),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
