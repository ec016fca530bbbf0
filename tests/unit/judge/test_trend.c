// SPDX-License-Identifier: MIT
#include "judge/trend.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_line_is_its_slope(void **state)
{
    (void)state;
    double y[50];
    struct trend t;
    for (int i = 0; i < 50; i++)
        y[i] = 100 + 2 * i;
    trend_of(&t, y, 50);
    assert_true(fabs(t.slope - 2) < 1e-12);
    assert_true(fabs(t.median - 149) < 1e-12);
    assert_true(t.p < 1e-9);
    assert_true(fabs(trend_drift(&t, 50) - 100.0 / 149) < 1e-12);
}

// Five values, four pairs of ten fall: S = 2; the variance is 5 * 4 * 15 / 18 = 50/3; z = 1 / 4.0825 =
// 0.2449.
static void by_hand(void **state)
{
    (void)state;
    const double y[] = {2, 4, 1, 5, 3};
    struct trend t;
    trend_of(&t, y, 5);
    assert_true(fabs(t.p - 0.8065) < 1e-3);
    assert_true(fabs(t.median - 3) < 1e-12);
}

static void one_outlier_is_no_drift(void **state)
{
    (void)state;
    double y[30];
    struct trend t;
    for (int i = 0; i < 30; i++)
        y[i] = 10;
    y[29] = 1000;
    trend_of(&t, y, 30);
    assert_true(t.slope == 0);
    assert_true(t.p > 0.05);
}

// Noise alone is called a drift about as often as p says.
static void noise_is_rarely_a_drift(void **state)
{
    (void)state;
    int found = 0;
    struct rng rng = rng_init(7, 0);
    for (int run = 0; run < 2000; run++) {
        double y[20];
        struct trend t;
        for (int i = 0; i < 20; i++)
            y[i] = (double)(rng_next(&rng) >> 11);
        trend_of(&t, y, 20);
        found += t.p < 0.05;
    }
    assert_in_range(found, 50, 150);
}

static void long_series_are_thinned(void **state)
{
    (void)state;
    static double y[5000];
    struct trend t;
    for (int i = 0; i < 5000; i++)
        y[i] = 1000 + i;
    trend_of(&t, y, 5000);
    assert_true(fabs(t.slope - 1) < 0.01);
    trend_of(&t, y, 2);
    assert_true(t.slope == 0 && t.p == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_its_slope),     cmocka_unit_test(by_hand),
        cmocka_unit_test(one_outlier_is_no_drift), cmocka_unit_test(noise_is_rarely_a_drift),
        cmocka_unit_test(long_series_are_thinned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
