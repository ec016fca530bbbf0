// SPDX-License-Identifier: MIT
#include "load/digits.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void check(uint64_t v)
{
    char out[DIGITS_LEN + 1] = "............", expected[32];
    digits_write(out, v);
    snprintf(expected, sizeof expected, "%012llu", (unsigned long long)v);
    assert_string_equal(out, expected);
}

static void every_number_of_four_digits(void **state)
{
    (void)state;
    for (uint64_t v = 0; v < 10000; v++) {
        check(v);
        check(v * 10000);
        check(v * 100000000);
    }
}

static void ends(void **state)
{
    (void)state;
    for (uint64_t ten = 1; ten < DIGITS_END; ten *= 10) {
        check(ten - 1);
        check(ten);
        check(ten + 1);
    }
    check(DIGITS_END - 1);
    check(123456789012);
}

static void drawn(void **state)
{
    (void)state;
    struct rng r = rng_init(1, 0);
    for (int i = 0; i < 100000; i++)
        check(rng_below(&r, DIGITS_END));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_of_four_digits),
        cmocka_unit_test(ends),
        cmocka_unit_test(drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
