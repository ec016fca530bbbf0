// SPDX-License-Identifier: MIT
#include "stats/readtimes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_latency_is_told_without_its_reading(void **state)
{
    (void)state;
    struct readtimes r, more;
    assert_int_equal(readtimes_init(&r), 0);
    assert_int_equal(readtimes_init(&more), 0);
    assert_true(readtimes_share(&r, 0.5) == 0);
    readtimes_record(&r, 100, 25, 99);
    assert_false(readtimes_known(&r));
    assert_int_equal(hist_max(r.delay), 25);
    assert_int_equal(hist_max(r.whole), 100);
    assert_int_equal(hist_max(r.kernel), 75);
    assert_true(fabs(readtimes_share(&r, 0.5) - 0.25) < 1e-9);
    readtimes_record(&more, 100, 100, 1); // all of it
    more.missed = 3;
    readtimes_merge(&r, &more);
    assert_true(readtimes_known(&r));
    assert_int_equal(hist_count(r.whole), 100);
    assert_int_equal(r.missed, 3);
    readtimes_reset(&r);
    assert_int_equal(hist_count(r.whole) + hist_count(r.kernel) + hist_count(r.delay) + r.missed, 0);
    readtimes_free(&r);
    readtimes_free(&more);
}

// A clock that was set between the stamp and the look makes no times.
static void a_delay_beyond_the_latency_is_missed(void **state)
{
    (void)state;
    struct readtimes r;
    assert_int_equal(readtimes_init(&r), 0);
    readtimes_record(&r, 100, 101, 2);
    assert_int_equal(r.missed, 2);
    assert_int_equal(hist_count(r.whole), 0);
    readtimes_free(&r);
}

static void nothing_is_known_without_stamps(void **state)
{
    (void)state;
    struct readtimes none = {0};
    assert_false(readtimes_known(&none));
    assert_true(readtimes_share(&none, 0.5) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_latency_is_told_without_its_reading),
                                       cmocka_unit_test(a_delay_beyond_the_latency_is_missed),
                                       cmocka_unit_test(nothing_is_known_without_stamps)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
