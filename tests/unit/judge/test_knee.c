// SPDX-License-Identifier: MIT
#include "judge/knee.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct knee of(const struct knee_point *points, unsigned n)
{
    struct knee k;
    assert_int_equal(knee_find(points, n, &k), 0);
    return k;
}

static void the_knee_is_the_last_load_within_twice_the_lowest(void **state)
{
    (void)state;
    const struct knee_point points[] = {
        {100, 100, 50}, {200, 200, 55}, {300, 300, 99}, {400, 400, 101}, {500, 500, 900},
    };
    struct knee k = of(points, 5);
    assert_int_equal(k.at, 2);
    assert_false(k.open);
    assert_false(k.ragged);
}

static void exactly_twice_is_within(void **state)
{
    (void)state;
    const struct knee_point points[] = {{100, 100, 50}, {200, 200, 100}, {300, 300, 100.0001}};
    assert_int_equal(of(points, 3).at, 1);
}

static void points_come_in_any_order(void **state)
{
    (void)state;
    const struct knee_point points[] = {
        {400, 400, 101}, {200, 200, 55}, {500, 500, 900}, {100, 100, 50}, {300, 300, 99}};
    struct knee k = of(points, 5);
    assert_int_equal(k.at, 4);
    assert_false(k.open);
    assert_false(k.ragged);
}

static void a_sweep_that_went_not_far_enough_is_open(void **state)
{
    (void)state;
    const struct knee_point points[] = {{100, 100, 50}, {200, 200, 60}, {300, 250, 60}};
    assert_true(of(points, 2).open);
    assert_int_equal(of(points, 2).at, 1);
    assert_false(of(points, 3).open); // the third could not be got through: the knee is before it
    assert_int_equal(of(points, 3).at, 1);
    assert_true(of(points, 1).open);
    assert_int_equal(of(points, 1).at, 0);
}

static void what_did_not_get_through_is_no_latency(void **state)
{
    (void)state;
    const struct knee_point points[] = {{50, 40, 1}, {100, 99, 50}, {200, 198, 99}, {300, 296, 60}};
    struct knee k = of(points, 4);
    assert_int_equal(k.at, 2); // by 50 of the second, not by 1 of the first; the fourth has 98.7 %
    assert_true(k.ragged);     // because of the first
}

static void a_wild_load_below_the_knee_is_told(void **state)
{
    (void)state;
    const struct knee_point points[] = {{100, 100, 50}, {200, 200, 400}, {300, 300, 70}, {400, 400, 800}};
    struct knee k = of(points, 4);
    assert_int_equal(k.at, 2);
    assert_true(k.ragged);
}

static void what_is_no_curve_is_refused(void **state)
{
    (void)state;
    struct knee k;
    assert_int_equal(knee_find(NULL, 0, &k), -ENODATA);
    assert_int_equal(knee_find((const struct knee_point[]){{100, 50, 1}}, 1, &k), -ENODATA);
    assert_int_equal(knee_find((const struct knee_point[]){{100, 100, NAN}}, 1, &k), -EINVAL);
    assert_int_equal(knee_find((const struct knee_point[]){{0, 0, 5}}, 1, &k), -EINVAL);
    assert_int_equal(knee_find((const struct knee_point[]){{100, 100, 0}}, 1, &k), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_knee_is_the_last_load_within_twice_the_lowest),
        cmocka_unit_test(exactly_twice_is_within),
        cmocka_unit_test(points_come_in_any_order),
        cmocka_unit_test(a_sweep_that_went_not_far_enough_is_open),
        cmocka_unit_test(what_did_not_get_through_is_no_latency),
        cmocka_unit_test(a_wild_load_below_the_knee_is_told),
        cmocka_unit_test(what_is_no_curve_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
