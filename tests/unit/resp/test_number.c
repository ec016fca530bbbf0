// SPDX-License-Identifier: MIT
#include "resp/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void is(const char *text, int64_t n)
{
    int64_t out = 77;
    if (!number_read(slice_of(text), &out) || out != n)
        fail_msg("%s is %lld", text, (long long)out);
}

static void is_none(const char *text)
{
    int64_t out = 77;
    if (number_read(slice_of(text), &out))
        fail_msg("%s is %lld", text, (long long)out);
    assert_int_equal(out, 77); // which stays as it was
}

static void whole_numbers(void **state)
{
    (void)state;
    is("0", 0);
    is("-0", 0);
    is("+5", 5);
    is("-5", -5);
    is("007", 7);
    is("1234567890", 1234567890);
}

static void as_far_as_64_bits_go(void **state)
{
    (void)state;
    is("9223372036854775807", INT64_MAX);
    is("-9223372036854775808", INT64_MIN);
    is_none("9223372036854775808");
    is_none("-9223372036854775809");
    is_none("9999999999999999999");
    is_none("10000000000000000000"); // a digit too many
    is("0000000000000000001", 1);
    is_none("00000000000000000001");
}

static void what_is_no_number(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",   "-",   "+",   "--1", "+-1", "1-",  " 1",
                                        "1 ", "1.0", "0x1", "1e3", "a",   "\xb2"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        is_none(wrong[i]);
}

static void the_slice_and_no_more(void **state)
{
    (void)state;
    int64_t n = 0;
    assert_true(number_read((struct slice){"123456", 3}, &n));
    assert_int_equal(n, 123);
    assert_false(number_read((struct slice){"1\0002", 3}, &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(as_far_as_64_bits_go),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(the_slice_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
