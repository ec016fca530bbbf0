// SPDX-License-Identifier: MIT
#include "cluster/reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void values_in_turn(void **state)
{
    (void)state;
    struct reading r = {
        .rest = slice_of("*2\r\n:-7\r\n%1\r\n$3\r\na\r\n\r\n+b\r\n~1\r\n*1\r\n$-1\r\n_\r\n:8\r\n")};
    assert_int_equal(reading_array(&r), 2);
    assert_int_equal(reading_integer(&r), -7);
    assert_int_equal(reading_array(&r), 2); // of a map, both of each pair
    assert_true(slice_is(reading_string(&r), "a\r\n"));
    assert_true(slice_is(reading_string(&r), "b"));
    reading_pass(&r);
    assert_int_equal(reading_string(&r).len, 0);
    assert_int_equal(reading_integer(&r), 8);
    assert_false(r.bad);
    assert_int_equal(r.rest.len, 0);
}

static void once_bad_is_bad(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "x", ":1", ":1\n", ":\r\n", ":x\r\n", "$5\r\nabc\r\n", "*-x\r\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct reading r = {.rest = slice_of(wrong[i])};
        reading_integer(&r);
        assert_int_equal(r.bad, true);
        assert_int_equal(reading_string(&r).len, 0);
        assert_int_equal(reading_array(&r), 0);
        reading_pass(&r);
        assert_true(r.bad);
    }
}

static void what_lies_too_deep_is_bad(void **state)
{
    (void)state;
    struct reading fine = {.rest = slice_of("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n")};
    struct reading deep = {.rest = slice_of("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n")};
    reading_pass(&fine);
    reading_pass(&deep);
    assert_false(fine.bad);
    assert_true(deep.bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_in_turn),
        cmocka_unit_test(once_bad_is_bad),
        cmocka_unit_test(what_lies_too_deep_is_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
