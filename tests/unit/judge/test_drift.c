// SPDX-License-Identifier: MIT
#include "judge/drift.h"

#include "judge/sample.h"
#include "sample.h"

#include <errno.h>

static struct drift of(const double *y, unsigned n)
{
    struct drift t;
    assert_int_equal(drift_of(y, n, &t), 0);
    return t;
}

// All pairwise slopes, sorted: what drift_of finds without listing them.
static void slopes_are_the_median_of_all_pairs(void **state)
{
    (void)state;
    struct rng rng = rng_init(2, 0);
    for (unsigned n = 3; n <= 40; n++) {
        double y[40], slopes[780];
        unsigned pairs = 0;
        for (unsigned i = 0; i < n; i++)
            y[i] = n % 2 ? 1e6 + sample_normal(&rng) : (double)rng_below(&rng, 5);
        for (unsigned j = 1; j < n; j++) {
            for (unsigned i = 0; i < j; i++)
                slopes[pairs++] = (y[j] - y[i]) / (j - i);
        }
        sample_sort(slopes, pairs);
        assert_near(of(y, n).slope, sample_median(slopes, pairs), 1e-9);
    }
}

static void a_quarter_of_wild_values_does_not_move_the_slope(void **state)
{
    (void)state;
    double y[100];
    for (unsigned i = 0; i < 100; i++)
        y[i] = i % 4 == 1 ? 1e6 : 7 - 0.25 * i;
    assert_near(of(y, 100).slope, -0.25, 0.01);
}

// Of the 10 pairs of 1 3 2 5 4, 8 rise and 2 fall; S = 6, variance 5*4*15/18.
static void mann_kendall_by_hand(void **state)
{
    (void)state;
    assert_near(of((const double[]){1, 3, 2, 5, 4}, 5).p, erfc(5 / sqrt(300 / 18.0) / sqrt(2)), 1e-12);
    assert_near(of((const double[]){4, 5, 2, 3, 1}, 5).p, erfc(5 / sqrt(300 / 18.0) / sqrt(2)), 1e-12);
}

// 1 2 2 3 3 3: of 15 pairs 4 are tied and 11 rise; variance (6*5*17 - 2*1*9 - 3*2*11)/18.
static void mann_kendall_with_ties_by_hand(void **state)
{
    (void)state;
    double variance = (510 - 18 - 66) / 18.0;
    assert_near(of((const double[]){1, 2, 2, 3, 3, 3}, 6).p, erfc(10 / sqrt(variance) / sqrt(2)), 1e-12);
    assert_true(of((const double[]){1, 2, 1}, 3).p == 1); // S = 0
}

// Under pure noise p is about uniform: one in a hundred is below .01, and half are below .5.
static void mann_kendall_keeps_its_level(void **state)
{
    (void)state;
    struct rng rng = rng_init(3, 0);
    unsigned small = 0, half = 0;
    for (int k = 0; k < 2000; k++) {
        double y[30];
        for (int i = 0; i < 30; i++)
            y[i] = exp(sample_normal(&rng));
        double p = of(y, 30).p;
        small += p < 0.01;
        half += p < 0.5;
    }
    assert_in_range(small, 6, 36);
    assert_in_range(half, 900, 1100);
}

static void autocorrelation_by_hand(void **state)
{
    (void)state;
    // Around 3: -2 -1 0 1 2; products 2 + 0 + 0 + 2, squares 10.
    assert_near(of((const double[]){1, 2, 3, 4, 5}, 5).lag1, 0.4, 1e-12);
    assert_near(of((const double[]){1, -1, 1, -1}, 4).lag1, -0.75, 1e-12);
}

static void a_flat_series_has_no_drift(void **state)
{
    (void)state;
    struct drift t = of((const double[]){7, 7, 7, 7}, 4);
    assert_true(t.slope == 0 && t.p == 1 && t.lag1 == 0);
}

static void a_long_series_is_bounded(void **state)
{
    (void)state;
    static double y[DRIFT_VALUES_MAX + 1];
    struct drift t;
    struct rng rng = rng_init(4, 0);
    for (unsigned i = 0; i <= DRIFT_VALUES_MAX; i++)
        y[i] = 5 + 1e-3 * i + sample_normal(&rng);
    t = of(y, DRIFT_VALUES_MAX);
    assert_near(t.slope, 1e-3, 5e-5);
    assert_true(t.p < 1e-12);
    assert_int_equal(drift_of(y, DRIFT_VALUES_MAX + 1, &t), -EINVAL);
}

static void what_has_no_drift_is_refused(void **state)
{
    (void)state;
    struct drift t;
    assert_int_equal(drift_of((const double[]){1, 2}, 2, &t), -EINVAL);
    assert_int_equal(drift_of((const double[]){1, 2, NAN}, 3, &t), -EINVAL);
    assert_int_equal(drift_of((const double[]){1, INFINITY, 2}, 3, &t), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_are_the_median_of_all_pairs),
        cmocka_unit_test(a_quarter_of_wild_values_does_not_move_the_slope),
        cmocka_unit_test(mann_kendall_by_hand),
        cmocka_unit_test(mann_kendall_with_ties_by_hand),
        cmocka_unit_test(mann_kendall_keeps_its_level),
        cmocka_unit_test(autocorrelation_by_hand),
        cmocka_unit_test(a_flat_series_has_no_drift),
        cmocka_unit_test(a_long_series_is_bounded),
        cmocka_unit_test(what_has_no_drift_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
