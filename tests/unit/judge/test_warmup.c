// SPDX-License-Identifier: MIT
#include "judge/warmup.h"

#include "sample.h"

#include <errno.h>

// Sum of squares over (n - d)^2, in two passes, for each d up to half.
static int by_definition(const double *y, unsigned n)
{
    double least = INFINITY;
    int cut = 0;
    for (unsigned d = 0; d <= n / 2; d++) {
        double mean = 0, squares = 0;
        for (unsigned i = d; i < n; i++)
            mean += y[i] / (n - d);
        for (unsigned i = d; i < n; i++)
            squares += (y[i] - mean) * (y[i] - mean);
        if (squares / (n - d) / (n - d) < least) {
            least = squares / (n - d) / (n - d);
            cut = (int)d;
        }
    }
    return cut;
}

static void the_cut_is_that_of_the_definition(void **state)
{
    (void)state;
    struct rng rng = rng_init(15, 0);
    for (unsigned n = 2; n < 200; n++) {
        double y[200];
        for (unsigned i = 0; i < n; i++)
            y[i] = 1000 + 10 * sample_normal(&rng) - 300 * exp(-(double)i / (1 + n % 17));
        assert_int_equal(warmup_cut(y, n), by_definition(y, n));
    }
}

static void a_step_is_cut_where_it_is(void **state)
{
    (void)state;
    double y[20];
    for (int i = 0; i < 20; i++)
        y[i] = i < 7 ? 50 : 100;
    assert_int_equal(warmup_cut(y, 20), 7);
    assert_int_equal(warmup_cut(y + 7, 13), 0); // nothing to gain
}

static void too_short_a_series_is_cut_in_half(void **state)
{
    (void)state;
    double y[20];
    for (int i = 0; i < 20; i++)
        y[i] = i;
    assert_int_equal(warmup_cut(y, 20), 10);
    assert_false(warmup_over(y, 20));
}

static void what_is_no_series_is_refused(void **state)
{
    (void)state;
    static double y[WARMUP_MAX + 1];
    assert_int_equal(warmup_cut(y, 0), 0);
    assert_int_equal(warmup_cut((const double[]){5}, 1), 0);
    assert_int_equal(warmup_cut((const double[]){5, INFINITY, 5}, 3), -EINVAL);
    assert_int_equal(warmup_cut(y, WARMUP_MAX), 0);
    assert_int_equal(warmup_cut(y, WARMUP_MAX + 1), -EINVAL);
    assert_false(warmup_steady(y, WARMUP_WINDOW)); // of nothing a share is nothing
    y[3] = NAN;
    assert_false(warmup_steady(y, WARMUP_WINDOW));
}

static void steady_is_within_slope_and_deviation(void **state)
{
    (void)state;
    double y[WARMUP_WINDOW + 1] = {1e9};
    for (int i = 0; i < WARMUP_WINDOW; i++)
        y[i + 1] = 1000 + 0.49 * i; // .49 a step are 4.9 in the window, of 1002 .49 %
    assert_true(warmup_steady(y + 1, WARMUP_WINDOW));
    assert_true(warmup_steady(y, WARMUP_WINDOW + 1)); // the window is at the end
    assert_false(warmup_steady(y + 1, WARMUP_WINDOW - 1));
    for (int i = 0; i < WARMUP_WINDOW; i++)
        y[i + 1] = 1000 - 0.51 * i;
    assert_false(warmup_steady(y + 1, WARMUP_WINDOW));
    for (int i = 0; i < WARMUP_WINDOW; i++)
        y[i + 1] = 1000 + (i == 4 || i == 5) * 36; // of a mean of 1007.2, the two are 2.9 % away
    assert_true(warmup_steady(y + 1, WARMUP_WINDOW));
    for (int i = 0; i < WARMUP_WINDOW; i++)
        y[i + 1] = 1000 + (i == 4 || i == 5) * 40;
    assert_false(warmup_steady(y + 1, WARMUP_WINDOW));
}

// A server that comes up over ten intervals: over soon after, and never while it still rises.
static void warmup_is_over_when_both_say_so(void **state)
{
    (void)state;
    struct rng rng = rng_init(16, 0);
    double y[120];
    unsigned over = 0;
    for (unsigned n = 1; n <= 120; n++) {
        y[n - 1] = 1000 * (1 - 0.5 * exp(-(n / 5.0))) + 1.5 * sample_normal(&rng);
        bool now = warmup_over(y, n);
        assert_true(!now || n > 25);
        over = now && !over ? n : over;
    }
    assert_in_range(over, 26, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cut_is_that_of_the_definition),
        cmocka_unit_test(a_step_is_cut_where_it_is),
        cmocka_unit_test(too_short_a_series_is_cut_in_half),
        cmocka_unit_test(what_is_no_series_is_refused),
        cmocka_unit_test(steady_is_within_slope_and_deviation),
        cmocka_unit_test(warmup_is_over_when_both_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
