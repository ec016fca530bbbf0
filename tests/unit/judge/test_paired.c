// SPDX-License-Identifier: MIT
#include "judge/paired.h"

#include "sample.h"

#include <errno.h>

static struct estimate of(const double *d, unsigned n)
{
    struct estimate r;
    assert_int_equal(paired_of(d, n, &r), 0);
    assert_int_equal(r.n, n);
    return r;
}

// The 21 Walsh averages of 1 2 4 8 16 32 hundredths, sorted: 1 1.5 2 2.5 3 4 4.5 5 6 8 8.5 | 9 10 12 16 16.5
// 17 18 20 24 32, of which the eleventh is the middle; c = 0 at n = 6, so the interval is from the least to
// the greatest.
static void six_blocks_by_hand(void **state)
{
    (void)state;
    struct estimate r = of((const double[]){0.04, 0.01, 0.32, 0.02, 0.16, 0.08}, 6);
    assert_near(log(r.ratio), 0.085, 1e-12);
    assert_near(log(r.low), 0.01, 1e-12);
    assert_near(log(r.high), 0.32, 1e-12);
    assert_near(r.p, 2 / 64.0, 1e-12);
    assert_int_equal(r.won, 6);
    assert_false(r.by_t);
}

// c = 2 at n = 7: the third of the Walsh averages from either end. Those of 0 1 2 4 8 16 32 begin 0 .5 1 1
// and end 17 18 20 24 32.
static void seven_blocks_by_hand(void **state)
{
    (void)state;
    struct estimate r = of((const double[]){0, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32}, 7);
    assert_near(log(r.low), 0.01, 1e-12);
    assert_near(log(r.high), 0.20, 1e-12);
    assert_int_equal(r.won, 6);
}

// Darwin's maize (Fisher 1935), in thousandths: 25, 4 to 41.5 by listing the 120 Walsh averages, with c = 25
// at n = 15; in eighths of an inch R's wilcox.test says the same.
static void fifteen_blocks_by_listing(void **state)
{
    (void)state;
    const double d[] = {0.049, -0.067, 0.008, 0.016, 0.006, 0.023, 0.028, 0.041,
                        0.014, 0.029,  0.056, 0.024, 0.075, 0.060, -0.048};
    struct estimate r = of(d, 15);
    assert_near(log(r.ratio), 0.025, 1e-12);
    assert_near(log(r.low), 0.004, 1e-12);
    assert_near(log(r.high), 0.0415, 1e-12);
    assert_int_equal(r.won, 13);
}

// Mean 3, deviation sqrt(2.5), t at 4 degrees of freedom 2.7764.
static void five_blocks_are_by_t(void **state)
{
    (void)state;
    struct estimate r = of((const double[]){0.01, 0.02, 0.03, 0.04, 0.05}, 5);
    assert_true(r.by_t);
    assert_near(log(r.ratio), 0.03, 1e-12);
    assert_near(log(r.low), 0.03 - 2.776445 * 0.01 * sqrt(2.5 / 5), 1e-8);
    assert_near(log(r.high), 0.03 + 2.776445 * 0.01 * sqrt(2.5 / 5), 1e-8);
    assert_near(r.p, 1 / 16.0, 1e-12);
}

// The estimate from 6 blocks on; the interval from 12, where c is not less than the n averages with the wild
// block.
static void one_wild_block_moves_little(void **state)
{
    (void)state;
    double d[] = {0.010, 0.011, 0.012, 0.013, 0.014, 0.015, 0.016, 0.017, 0.018, 0.019, 0.020, 0.021};
    for (unsigned n = 6; n <= 12; n++) {
        double calm = d[n - 1];
        struct estimate before = of(d, n);
        d[n - 1] = 3;
        struct estimate after = of(d, n);
        d[n - 1] = calm;
        assert_near(after.ratio, before.ratio, 0.002);
        assert_near(after.low, before.low, 0.001);
        assert_true(n < 12 ? after.high > 1.5 : after.high < 1.03);
    }
}

static void the_other_way_round_is_the_inverse(void **state)
{
    (void)state;
    const double d[] = {0.03, -0.01, 0.02, 0.07, 0.01, 0.02, -0.04, 0.05, 0.03};
    double back[9];
    for (int i = 0; i < 9; i++)
        back[i] = -d[i];
    struct estimate a = of(d, 9), b = of(back, 9);
    assert_near(a.ratio * b.ratio, 1, 1e-12);
    assert_near(a.low * b.high, 1, 1e-12);
    assert_near(a.high * b.low, 1, 1e-12);
    assert_near(a.p, b.p, 1e-12);
    assert_int_equal(a.won + b.won, 9);
}

static void equal_blocks_are_a_point(void **state)
{
    (void)state;
    const double same[PAIRED_MAX] = {0};
    for (unsigned n = 2; n <= PAIRED_MAX; n++) {
        struct estimate r = of(same, n);
        assert_true(r.ratio == 1 && r.low == 1 && r.high == 1 && r.p == 1 && r.won == 0);
    }
}

static void what_is_no_comparison_is_refused(void **state)
{
    (void)state;
    double d[PAIRED_MAX + 1] = {0};
    struct estimate r;
    assert_int_equal(paired_of(d, 1, &r), -EINVAL);
    assert_int_equal(paired_of(d, PAIRED_MAX + 1, &r), -EINVAL);
    d[3] = -INFINITY; // a slot without an answer
    assert_int_equal(paired_of(d, 6, &r), -EINVAL);
    d[3] = ESTIMATE_FAR * 1.01;
    assert_int_equal(paired_of(d, 6, &r), -EINVAL);
}

// Deviation of 0 1 2 3 4 5 hundredths: sqrt(3.5); (2.2 * .0187 / ln 1.01)^2 = 17.1; ten times finer: 1695.7.
static void blocks_needed_by_hand(void **state)
{
    (void)state;
    const double d[] = {0, 0.01, 0.02, 0.03, 0.04, 0.05}, same[] = {0.01, 0.01, 0.01};
    assert_int_equal(paired_blocks_needed(d, 6, 0.01), 18);
    assert_int_equal(paired_blocks_needed(d, 6, 0.001), 1696);
    assert_int_equal(paired_blocks_needed(d, 6, 0.5), PAIRED_EXACT);
    assert_int_equal(paired_blocks_needed(same, 3, 0.01), PAIRED_EXACT);
    assert_int_equal(paired_blocks_needed(d, 6, 1e-12), PAIRED_BLOCKS_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(six_blocks_by_hand),          cmocka_unit_test(seven_blocks_by_hand),
        cmocka_unit_test(fifteen_blocks_by_listing),   cmocka_unit_test(five_blocks_are_by_t),
        cmocka_unit_test(one_wild_block_moves_little), cmocka_unit_test(the_other_way_round_is_the_inverse),
        cmocka_unit_test(equal_blocks_are_a_point),    cmocka_unit_test(what_is_no_comparison_is_refused),
        cmocka_unit_test(blocks_needed_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
