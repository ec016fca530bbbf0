// SPDX-License-Identifier: MIT
#include "judge/crossing.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct crossing_prior prior = {0.01, 2, 1};

static double share_at(double load, double capacity, double steep)
{
    return fmin(1, 0.01 * pow(load / capacity, steep));
}

static void finds_where_a_straight_line_crosses(void **state)
{
    (void)state;
    const double loads[] = {960, 980, 990, 1010, 1020, 1040};
    const double steeps[] = {10, 20, 40, 80, 160};
    for (int k = 0; k < 5; k++) {
        double steep = steeps[k];
        struct crossing_trial t[6];
        struct crossing c;
        for (int i = 0; i < 6; i++)
            t[i] = (struct crossing_trial){loads[i], 1e5, share_at(loads[i], 1003, steep), 0};
        assert_int_equal(crossing_of(t, 6, &prior, &c), 0);
        assert_true(fabs(c.at / 1003 - 1) < 0.006);
        assert_true(c.low <= 1003 && 1003 <= c.high && c.high / c.low < 1.05);
        assert_true(c.steepness > steep / 2 && c.steepness < steep * 2);
        assert_false(c.open_low || c.open_high || c.left_out);
    }
}

// Nothing was measured between two loads: the interval does not end there.
static void a_gap_belongs_to_the_interval(void **state)
{
    (void)state;
    const struct crossing_trial t[] = {
        {900, 1e6, 0, 0}, {950, 1e6, 0, 0}, {1000, 1e6, 0.5, 0}, {1050, 1e6, 0.9, 0}};
    struct crossing c;
    assert_int_equal(crossing_of(t, 4, &prior, &c), 0);
    assert_true(c.low <= 950.1 && c.at > 950 && c.at < 1000 && c.high >= 999.9);
}

// Trials whose own parts differ more, or that lie apart more, make it wider.
static void bunches_widen_the_interval(void **state)
{
    (void)state;
    struct crossing_trial t[8];
    struct crossing calm, bunched, apart;
    for (int i = 0; i < 8; i++)
        t[i] = (struct crossing_trial){970 + 10 * i, 1e5, share_at(970 + 10 * i, 1005, 30), 1000};
    assert_int_equal(crossing_of(t, 8, &prior, &calm), 0);
    for (int i = 0; i < 8; i++)
        t[i].variance = 2e5;
    assert_int_equal(crossing_of(t, 8, &prior, &bunched), 0);
    for (int i = 0; i < 8; i++) {
        t[i].variance = 0;
        t[i].share *= i % 2 ? 1.5 : 0.6;
    }
    assert_int_equal(crossing_of(t, 8, &prior, &apart), 0);
    assert_true(bunched.bunch > 10 * calm.bunch && apart.bunch > 10 * calm.bunch);
    assert_true(bunched.high / bunched.low > calm.high / calm.low);
    assert_true(apart.high / apart.low > calm.high / calm.low);
}

static void one_wild_trial_is_left_out(void **state)
{
    (void)state;
    struct crossing_trial t[9];
    struct crossing with, without;
    for (int i = 0; i < 8; i++)
        t[i] = (struct crossing_trial){970 + 10 * i, 1e5, share_at(970 + 10 * i, 1005, 30), 0};
    t[8] = (struct crossing_trial){970, 1e5, 1, 0};
    assert_int_equal(crossing_of(t, 8, &prior, &without), 0);
    assert_int_equal(crossing_of(t, 9, &prior, &with), 0);
    assert_true(with.left_out && !without.left_out);
    assert_true(fabs(with.at / without.at - 1) < 0.002);
}

static void refuses_what_cannot_cross(void **state)
{
    (void)state;
    const struct crossing_trial pass = {900, 1e5, 0, 0}, fail = {1000, 1e5, 0.5, 0};
    struct crossing_trial t[] = {pass, pass};
    struct crossing c;
    assert_int_equal(crossing_of(t, 0, &prior, &c), -EINVAL);
    assert_int_equal(crossing_of(t, 2, &prior, &c), -EINVAL); // nothing fails
    t[0] = t[1] = fail;
    assert_int_equal(crossing_of(t, 2, &prior, &c), -EINVAL); // nothing passes
    t[0] = pass;
    assert_int_equal(crossing_of(t, 2, &prior, &c), 0);
    assert_int_equal(crossing_of(t, 2, &(struct crossing_prior){0, 2, 1}, &c), -EINVAL);
    assert_int_equal(crossing_of(t, 2, &(struct crossing_prior){0.01, 0, 1}, &c), -EINVAL);
    assert_int_equal(crossing_of(t, 2, &(struct crossing_prior){0.01, 2, NAN}, &c), -EINVAL);
    const struct crossing_trial bad[] = {
        {0, 1, 0, 0}, {900, 0, 0, 0}, {900, 1, 2, 0}, {900, 1, NAN, 0}, {900, 1, 0, -1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        t[0] = bad[i];
        assert_int_equal(crossing_of(t, 2, &prior, &c), -EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_where_a_straight_line_crosses),
        cmocka_unit_test(a_gap_belongs_to_the_interval),
        cmocka_unit_test(bunches_widen_the_interval),
        cmocka_unit_test(one_wild_trial_is_left_out),
        cmocka_unit_test(refuses_what_cannot_cross),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
