// SPDX-License-Identifier: MIT
#include "judge/late_share.h"

#include "base/rng.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void close_to(double seen, double expected, double by)
{
    if (!(fabs(seen - expected) <= by))
        fail_msg("%g is not %g", seen, expected);
}

static void equal_rows_have_no_spread(void **state)
{
    (void)state;
    struct late_share_row rows[6];
    struct late_share l;
    for (int i = 0; i < 6; i++)
        rows[i] = (struct late_share_row){100, 5, 0};
    assert_int_equal(late_share_of(rows, 6, &l), 0);
    close_to(l.share, 0.05, 1e-12);
    close_to(l.low, 0.05, 1e-12);
    close_to(l.high, 0.05, 1e-12);
}

// Residuals 2, -1, -1, 2, -2 of rows of 100: se = sqrt(5/4 * 14) / 500, and t(0.975, 4) = 2.776445.
static void the_interval_is_that_of_the_ratio_estimator(void **state)
{
    (void)state;
    const struct late_share_row rows[] = {{100, 12, 0}, {100, 9, 0}, {100, 9, 0}, {100, 12, 0}, {100, 8, 0}};
    struct late_share l;
    assert_int_equal(late_share_of(rows, 5, &l), 0);
    close_to(l.share, 0.1, 1e-12);
    close_to(l.low, 0.1 - 2.776445 * sqrt(17.5) / 500, 1e-6);
    close_to(l.high, 0.1 + 2.776445 * sqrt(17.5) / 500, 1e-6);
}

// (1 - high)^600 = 0.025: what was not seen once in 600 may be one in 163.
static void nothing_late_is_not_never(void **state)
{
    (void)state;
    struct late_share_row rows[6];
    struct late_share l;
    for (int i = 0; i < 6; i++)
        rows[i] = (struct late_share_row){100, 0, 0};
    assert_int_equal(late_share_of(rows, 6, &l), 0);
    assert_true(l.share == 0 && l.low == 0);
    close_to(l.high, 0.0061292, 1e-6);
    for (int i = 0; i < 6; i++)
        rows[i].late = 100;
    assert_int_equal(late_share_of(rows, 6, &l), 0);
    assert_true(l.share == 1 && l.high == 1);
    close_to(l.low, 1 - 0.0061292, 1e-6);
}

static void few_rows_tell_the_share_alone(void **state)
{
    (void)state;
    const struct late_share_row rows[] = {{100, 50, 0}, {100, 50, 0}, {100, 50, 0}, {100, 50, 0}};
    struct late_share l;
    assert_int_equal(late_share_of(rows, 4, &l), 0);
    assert_true(l.share == 0.5 && l.low == 0 && l.high == 1);
    assert_int_equal(late_share_of(rows, 0, &l), 0);
    assert_true(l.share == 0 && l.low == 0 && l.high == 1);
}

static void one_burst_proves_nothing(void **state)
{
    (void)state;
    struct late_share_row rows[12] = {{100, 100, 0}};
    struct late_share l;
    for (int i = 1; i < 12; i++)
        rows[i] = (struct late_share_row){100, 0, 0};
    assert_int_equal(late_share_of(rows, 12, &l), 0);
    assert_true(l.share > 0.05 && l.low == 0);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    const struct late_share_row bad[] = {{-1, 0, 0}, {1, NAN, 0}, {1, 0, INFINITY}};
    static struct late_share_row many[LATE_SHARE_ROWS_MAX + 1];
    struct late_share l;
    for (int i = 0; i < 3; i++)
        assert_int_equal(late_share_of(&bad[i], 1, &l), -EINVAL);
    assert_int_equal(late_share_of(many, LATE_SHARE_ROWS_MAX + 1, &l), -EINVAL);
    assert_false(late_share_grows(many, LATE_SHARE_ROWS_MAX + 1, 1));
}

static void a_backlog_that_grows_is_seen(void **state)
{
    (void)state;
    struct late_share_row grows[10], stands[10];
    struct rng rng = rng_init(7, 0);
    for (int i = 0; i < 10; i++) {
        double noise = (double)rng_below(&rng, 11);
        grows[i] = (struct late_share_row){1000, 0, 30.0 * i + noise};
        stands[i] = (struct late_share_row){1000, 0, 300 + noise};
    }
    assert_true(late_share_grows(grows, 10, 1000));
    assert_false(late_share_grows(grows, 4, 1000));    // too few
    assert_false(late_share_grows(grows, 10, 100000)); // a trend, but one that does not matter
    assert_false(late_share_grows(stands, 10, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_rows_have_no_spread),
        cmocka_unit_test(the_interval_is_that_of_the_ratio_estimator),
        cmocka_unit_test(nothing_late_is_not_never),
        cmocka_unit_test(few_rows_tell_the_share_alone),
        cmocka_unit_test(one_burst_proves_nothing),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(a_backlog_that_grows_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
