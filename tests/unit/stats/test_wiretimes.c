// SPDX-License-Identifier: MIT
#include "stats/wiretimes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_request_is_three_parts(void **state)
{
    (void)state;
    struct wiretimes w, more;
    assert_int_equal(wiretimes_init(&w), 0);
    assert_int_equal(wiretimes_init(&more), 0);
    assert_true(wiretimes_share(&w, 0.5) == 0);
    wiretimes_record(&w, 1000, 1010, 1050, 1100);
    assert_int_equal(hist_max(w.send), 10);
    assert_int_equal(hist_max(w.wire), 40);
    assert_int_equal(hist_max(w.wake), 50);
    assert_int_equal(hist_max(w.whole), 100);
    assert_true(fabs(wiretimes_share(&w, 0.5) - 0.6) < 1e-9);
    wiretimes_record(&more, 1000, 1010, 1050, 1100);
    more.missed = 3;
    wiretimes_merge(&w, &more);
    assert_int_equal(hist_count(w.whole), 2);
    assert_int_equal(w.missed, 3);
    wiretimes_reset(&w);
    assert_int_equal(hist_count(w.whole) + w.missed, 0);
    wiretimes_free(&w);
    wiretimes_free(&more);
}

// A clock that was set between two stamps makes no times.
static void stamps_out_of_order_are_missed(void **state)
{
    (void)state;
    struct wiretimes w;
    assert_int_equal(wiretimes_init(&w), 0);
    wiretimes_record(&w, 1000, 999, 1050, 1100);
    wiretimes_record(&w, 1000, 1010, 1009, 1100);
    wiretimes_record(&w, 1000, 1010, 1050, 1049);
    assert_int_equal(w.missed, 3);
    assert_int_equal(hist_count(w.whole), 0);
    wiretimes_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_request_is_three_parts),
                                       cmocka_unit_test(stamps_out_of_order_are_missed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
