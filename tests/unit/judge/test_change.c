// SPDX-License-Identifier: MIT
#include "judge/change.h"

#include "sample.h"

#include <errno.h>
#include <stdlib.h>

static const struct change_rule rule = {.p = 0.001, .least = 0};

static void steps_without_noise_are_found_exactly(void **state)
{
    (void)state;
    double y[40];
    struct change list[4];
    for (unsigned i = 0; i < 40; i++)
        y[i] = i < 13 ? 100 : i < 28 ? 90 : 120;
    assert_int_equal(change_find(y, 40, rule, list, 4), 2);
    assert_int_equal(list[0].at, 13);
    assert_int_equal(list[1].at, 28);
    assert_true(list[0].before == 100 && list[0].after == 90 && list[0].p == 0);
    assert_true(list[1].before == 90 && list[1].after == 120);
}

// A step of three deviations in the middle of noise: found nearly always, within a value or two, and alone.
static void planted_steps_are_found(void **state)
{
    (void)state;
    struct rng rng = rng_init(9, 0);
    unsigned found = 0, alone = 0;
    for (int k = 0; k < 200; k++) {
        double y[100];
        struct change list[8];
        unsigned at = 20 + (unsigned)rng_below(&rng, 60);
        for (unsigned i = 0; i < 100; i++)
            y[i] = 50 + sample_normal(&rng) + (i >= at ? 3 : 0);
        int n = change_find(y, 100, rule, list, 8);
        alone += n == 1;
        for (int i = 0; i < n; i++)
            found += abs((int)list[i].at - (int)at) <= 2 && fabs(list[i].after - list[i].before - 3) < 1;
    }
    assert_in_range(found, 195, 200);
    assert_in_range(alone, 195, 200);
}

// Up and down again: the end of the first level is hidden from whoever only compares a side with all the
// rest.
static void a_bump_has_two_ends(void **state)
{
    (void)state;
    struct rng rng = rng_init(10, 0);
    unsigned found = 0;
    for (int k = 0; k < 200; k++) {
        double y[60];
        struct change list[8];
        for (unsigned i = 0; i < 60; i++)
            y[i] = sample_normal(&rng) + (i >= 25 && i < 35 ? 4 : 0);
        int n = change_find(y, 60, rule, list, 8);
        found += n == 2 && abs((int)list[0].at - 25) <= 1 && abs((int)list[1].at - 35) <= 1;
    }
    assert_in_range(found, 170, 200);
}

// As often as the header says. Without the correction for the choice it would be 438 of 1000.
static void noise_has_few(void **state)
{
    (void)state;
    struct rng rng = rng_init(11, 0);
    unsigned wrong = 0;
    for (int k = 0; k < 1000; k++) {
        double y[100];
        struct change c;
        for (unsigned i = 0; i < 100; i++)
            y[i] = 50 + sample_normal(&rng);
        wrong += change_find(y, 100, (struct change_rule){.p = 0.01}, &c, 1) > 0;
    }
    assert_in_range(wrong, 2, 25);
}

static void a_long_series_is_searched_through(void **state)
{
    (void)state;
    static double y[CHANGE_MAX + 1];
    struct change list[16];
    struct rng rng = rng_init(12, 0);
    for (unsigned i = 0; i <= CHANGE_MAX; i++)
        y[i] = 100 + 0.5 * sample_normal(&rng) + (i >= 1000) * 2.0 + (i >= 3000) * 3.0;
    int n = change_find(y, CHANGE_MAX, rule, list, 16);
    assert_int_equal(n, 2);
    assert_in_range(list[0].at, 998, 1002);
    assert_in_range(list[1].at, 2998, 3002);
    assert_int_equal(change_find(y, CHANGE_MAX + 1, rule, list, 16), -EINVAL);
}

static void small_steps_are_of_no_interest(void **state)
{
    (void)state;
    double y[40];
    struct change c;
    for (unsigned i = 0; i < 40; i++)
        y[i] = (i < 20 ? 100 : 101) + 0.1 * (i % 3);
    assert_int_equal(change_find(y, 40, (struct change_rule){.p = 0.001, .least = 0.005}, &c, 1), 1);
    assert_int_equal(c.at, 20);
    assert_int_equal(change_find(y, 40, (struct change_rule){.p = 0.001, .least = 0.02}, &c, 1), 0);
    for (unsigned i = 0; i < 20; i++)
        y[i] = 0; // from nothing, each step is great
    assert_int_equal(change_find(y, 40, (struct change_rule){.p = 0.001, .least = 9}, &c, 1), 1);
}

static void one_wild_value_is_no_change(void **state)
{
    (void)state;
    struct rng rng = rng_init(13, 0);
    double y[50];
    struct change c;
    for (unsigned i = 0; i < 50; i++)
        y[i] = 10 + 0.1 * sample_normal(&rng);
    y[25] = 1000;
    assert_int_equal(change_find(y, 50, rule, &c, 1), 0);
}

static void all_points_are_counted(void **state)
{
    (void)state;
    double y[CHANGE_MAX];
    for (unsigned i = 0; i < CHANGE_MAX; i++)
        y[i] = i / 8 % 2;
    struct change list[2];
    assert_int_equal(change_find(y, CHANGE_MAX, rule, list, 2), CHANGE_MAX / 8 - 1);
    assert_int_equal(list[0].at, 8);
    assert_int_equal(list[1].at, 16);
}

static void little_or_flat_has_none(void **state)
{
    (void)state;
    double y[64] = {1, 1, 1, 9, 9, 9, 9};
    struct change c;
    assert_int_equal(change_find(y, 0, rule, &c, 1), 0);
    assert_int_equal(change_find(y, 7, rule, &c, 1), 0);
    assert_int_equal(change_find(y + 7, 57, rule, &c, 1), 0);
}

static void what_is_no_series_is_refused(void **state)
{
    (void)state;
    const double y[] = {1, NAN, 3};
    struct change c;
    assert_int_equal(change_find(y, 3, rule, &c, 1), -EINVAL);
    assert_int_equal(change_find(y, 1, (struct change_rule){.p = 0}, &c, 1), -EINVAL);
    assert_int_equal(change_find(y, 1, (struct change_rule){.p = 0.1, .least = -1}, &c, 1), -EINVAL);
    assert_int_equal(change_find(y, 1, (struct change_rule){.p = 0.1, .least = NAN}, &c, 1), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_without_noise_are_found_exactly),
        cmocka_unit_test(planted_steps_are_found),
        cmocka_unit_test(a_bump_has_two_ends),
        cmocka_unit_test(noise_has_few),
        cmocka_unit_test(a_long_series_is_searched_through),
        cmocka_unit_test(small_steps_are_of_no_interest),
        cmocka_unit_test(one_wild_value_is_no_change),
        cmocka_unit_test(all_points_are_counted),
        cmocka_unit_test(little_or_flat_has_none),
        cmocka_unit_test(what_is_no_series_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
