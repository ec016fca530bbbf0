// SPDX-License-Identifier: MIT
#include "resp/bulk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void strings_are(const char *reply, size_t n, const char *const *strings)
{
    struct slice left = slice_of(reply), one;
    for (size_t i = 0; i < n; i++) {
        assert_true(bulk_next(&left, &one));
        assert_true(slice_is(one, strings[i]));
    }
    assert_false(bulk_next(&left, &one));
}

#define STRINGS(reply, ...)                                                                                  \
    strings_are(reply, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), (const char *[]){__VA_ARGS__})

static void strings_come_in_their_order_at_any_depth(void **state)
{
    (void)state;
    STRINGS("$3\r\nabc\r\n", "abc");
    STRINGS("*2\r\n$1\r\nq\r\n$0\r\n\r\n", "q", "");
    STRINGS("*1\r\n*2\r\n$1\r\ns\r\n*2\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nf\r\n$2\r\nv1\r\n"
            "*2\r\n$3\r\n2-0\r\n*2\r\n$1\r\nf\r\n$2\r\nv2\r\n",
            "s", "1-0", "f", "v1", "2-0", "f", "v2");
    STRINGS("%1\r\n$1\r\ns\r\n*1\r\n:5\r\n", "s");   // RESP3
    STRINGS("$8\r\n$3\r\nabc\r\r\n", "$3\r\nabc\r"); // that looks like one
    STRINGS("*3\r\n$-1\r\n:1\r\n$1\r\nx\r\n", "x");
}

static void what_has_none_has_none(void **state)
{
    (void)state;
    strings_are("", 0, NULL);
    strings_are(":1\r\n", 0, NULL);
    strings_are("*-1\r\n", 0, NULL);
    strings_are("$5\r\nab", 0, NULL); // not whole
    strings_are("$", 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_come_in_their_order_at_any_depth),
        cmocka_unit_test(what_has_none_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
