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
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cut_is_that_of_the_definition),
        cmocka_unit_test(a_step_is_cut_where_it_is),
        cmocka_unit_test(too_short_a_series_is_cut_in_half),
        cmocka_unit_test(what_is_no_series_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
