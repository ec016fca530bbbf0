// SPDX-License-Identifier: MIT
#include "run/starve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void knows_of_nothing_at_first(void **state)
{
    (void)state;
    struct starve s;
    starve_reset(&s);
    assert_int_equal(starve_since(&s, 0), 0);
    starve_add(&s, 50, 50); // no time at all
    assert_int_equal(starve_since(&s, 0), 0);
}

// 100 to 150 and 200 to 300, with work between.
static void counts_what_is_behind_a_time(void **state)
{
    (void)state;
    struct starve s;
    starve_reset(&s);
    starve_add(&s, 100, 150);
    starve_add(&s, 200, 300);
    assert_int_equal(starve_since(&s, 0), 150);
    assert_int_equal(starve_since(&s, 100), 150);
    assert_int_equal(starve_since(&s, 120), 130);
    assert_int_equal(starve_since(&s, 150), 100);
    assert_int_equal(starve_since(&s, 180), 100);
    assert_int_equal(starve_since(&s, 290), 10);
    assert_int_equal(starve_since(&s, 300), 0);
    assert_int_equal(starve_since(&s, 999), 0);
    starve_add(&s, 1000, 1100);
    assert_int_equal(starve_since(&s, 1050), 50);
    starve_reset(&s);
    assert_int_equal(starve_since(&s, 0), 0);
}

// Ten of each hundred, a hundred thousand times, all of which may still be asked for.
static void too_many_periods_become_a_line(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct starve s;
    starve_reset(&s);
    for (uint64_t i = 0; i < N; i++)
        starve_add(&s, 100 * i + 90, 100 * i + 100);
    assert_int_equal(starve_since(&s, 0), 10 * N);
    for (uint64_t at = 0; at < 100 * N; at += 77777) {
        int64_t truth = 10 * N - (int64_t)at / 10, off = (int64_t)starve_since(&s, at) - truth;
        assert_true(off <= 10 * N / 50 && -off <= 10 * N / 50);
    }
}

// Who asks keeps up: nothing is lost, however many there were before.
static void the_last_ones_are_exact(void **state)
{
    (void)state;
    struct starve s;
    starve_reset(&s);
    for (uint64_t i = 0; i < 10000; i++) {
        starve_add(&s, 100 * i + 90, 100 * i + 100);
        if (i >= 20)
            assert_int_equal(starve_since(&s, 100 * (i - 20) + 95), 205);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_of_nothing_at_first),
        cmocka_unit_test(counts_what_is_behind_a_time),
        cmocka_unit_test(too_many_periods_become_a_line),
        cmocka_unit_test(the_last_ones_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
