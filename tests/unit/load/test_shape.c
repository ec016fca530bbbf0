// SPDX-License-Identifier: MIT
#include "load/shape.h"

#include "load/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct resp_reply reply_of(const char *bytes)
{
    struct resp_parser parser = {0};
    struct resp_reply r;
    assert_int_equal(parse_reply(&parser, bytes, strlen(bytes), &r), strlen(bytes));
    return r;
}

static bool fits(const char *shape, const char *bytes)
{
    struct resp_reply r = reply_of(bytes);
    return shape_fits(shape_of(shape), &r);
}

static void a_string_is_a_string(void **state)
{
    (void)state;
    assert_true(fits("$?", "$3\r\nabc\r\n"));
    assert_true(fits("$?", "+abc\r\n"));
    assert_true(fits("+", "+OK\r\n"));
    assert_false(fits("$?", ":5\r\n"));
    assert_false(fits("$?", "*1\r\n:5\r\n"));
    assert_false(fits("+", ":1\r\n"));
    assert_false(fits(":", "+OK\r\n"));
}

static void a_null_only_where_it_may_be(void **state)
{
    (void)state;
    assert_true(fits("$?", "$-1\r\n"));
    assert_true(fits("$?", "_\r\n"));
    assert_true(fits("*?", "*-1\r\n"));
    assert_false(fits("+", "$-1\r\n"));
    assert_false(fits(":", "_\r\n"));
    assert_false(fits("*10", "*-1\r\n"));
}

static void as_many_elements_as_were_asked_for(void **state)
{
    (void)state;
    assert_true(fits("*2", "*2\r\n$-1\r\n$-1\r\n"));
    assert_false(fits("*2", "*1\r\n$-1\r\n"));
    assert_false(fits("*2", "*0\r\n"));
    assert_false(fits("*2", ":2\r\n"));
    assert_true(fits("*", "*0\r\n"));
}

static void what_differs_is_told(void **state)
{
    (void)state;
    char text[SHAPE_TEXT];
    struct resp_reply r = reply_of("*-1\r\n");
    assert_string_equal(shape_differs(shape_of("*10"), &r, text),
                        "null array instead of array of 10 elements");
    r = reply_of(":42\r\n");
    assert_string_equal(shape_differs(shape_of("$?"), &r, text), "integer 42 instead of string");
    r = reply_of("*1\r\n:1\r\n");
    assert_string_equal(shape_differs(shape_of("+"), &r, text),
                        "array of 1 element instead of simple string");
}

static void every_test_of_the_catalogue_has_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalog_len; i++) {
        assert_non_null(catalog[i].reply);
        assert_non_null(strchr("+$:*", catalog[i].reply[0]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_string_is_a_string),
        cmocka_unit_test(a_null_only_where_it_may_be),
        cmocka_unit_test(as_many_elements_as_were_asked_for),
        cmocka_unit_test(what_differs_is_told),
        cmocka_unit_test(every_test_of_the_catalogue_has_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
