// SPDX-License-Identifier: MIT
#include "load/quoted.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void is(const char *line, size_t n, const struct slice *words)
{
    struct quoted q;
    assert_int_equal(quoted_split(&q, line), 0);
    assert_int_equal(q.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(q.words[i].len, words[i].len);
        assert_memory_equal(q.words[i].at, words[i].at, words[i].len);
    }
    quoted_free(&q);
}

#define W(text)                                                                                              \
    {                                                                                                        \
        text, sizeof(text) - 1                                                                               \
    }
#define IS(line, ...)                                                                                        \
    is(line, sizeof((struct slice[]){__VA_ARGS__}) / sizeof(struct slice), (struct slice[]){__VA_ARGS__})

static void words_as_redis_cli_takes_them(void **state)
{
    (void)state;
    is("", 0, NULL);
    is(" \t ", 0, NULL);
    IS("SET a b", W("SET"), W("a"), W("b"));
    IS("  SET   a  ", W("SET"), W("a"));
    IS("SET \"a b\" ''", W("SET"), W("a b"), W(""));
    IS("\"\\x00\\xfF\\n\\r\\t\\a\\b\\\\\\\"\\q\"", W("\0\xff\n\r\t\a\b\\\"q"));
    IS("'a\\'b\\n'", W("a'b\\n"));
    IS("\"\\x0g\"", W("x0g"));
    IS("a\"b c\"", W("ab c"));
    IS("a\\b", W("a\\b"));
}

static void quotes_that_are_not_closed(void **state)
{
    (void)state;
    static const char *const wrong[] = {"\"", "'", "a \"b", "'a\\'", "\"a\\", "\"a\"b", "'a'b", "\"\\\""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct quoted q;
        if (quoted_split(&q, wrong[i]) != -EINVAL)
            fail_msg("%s was taken for words", wrong[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_as_redis_cli_takes_them),
        cmocka_unit_test(quotes_that_are_not_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
