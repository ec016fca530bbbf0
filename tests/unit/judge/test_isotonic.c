// SPDX-License-Identifier: MIT
#include "judge/isotonic.h"

#include "base/rng.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_fit(double *y, const double *weight, const double *expected, unsigned n)
{
    assert_int_equal(isotonic_fit(y, weight, n), 0);
    for (unsigned i = 0; i < n; i++) {
        if (!(fabs(y[i] - expected[i]) < 1e-12))
            fail_msg("%u: %g, not %g", i, y[i], expected[i]);
    }
}

static void violators_are_pooled(void **state)
{
    (void)state;
    assert_fit((double[]){1, 3, 2, 4}, NULL, (const double[]){1, 2.5, 2.5, 4}, 4);
    assert_fit((double[]){3, 2, 1}, NULL, (const double[]){2, 2, 2}, 3);
    assert_fit((double[]){1, 5, 4, 0}, NULL, (const double[]){1, 3, 3, 3}, 4); // the pool grows backwards
    assert_fit((double[]){4, 4, 5}, NULL, (const double[]){4, 4, 5}, 3);
    assert_fit((double[]){7}, NULL, (const double[]){7}, 1);
}

static void weights_pull(void **state)
{
    (void)state;
    assert_fit((double[]){4, 1}, (const double[]){1, 2}, (const double[]){2, 2}, 2);
    assert_fit((double[]){1, 6, 2, 3}, (const double[]){1, 1, 3, 9}, (const double[]){1, 3, 3, 3}, 4);
}

// The max-min formula of isotonic regression (Robertson, Wright and Dykstra 1988): max over i <= k of min
// over j >= k of the weighted mean of i to j.
static double max_min(const double *y, const double *weight, unsigned n, unsigned k)
{
    double most = -INFINITY;
    for (unsigned i = 0; i <= k; i++) {
        double least = INFINITY, sum = 0, heavy = 0;
        for (unsigned j = i; j < n; j++) {
            sum += weight[j] * y[j];
            heavy += weight[j];
            least = j >= k ? fmin(least, sum / heavy) : least;
        }
        most = fmax(most, least);
    }
    return most;
}

static void fits_are_those_of_the_formula(void **state)
{
    (void)state;
    struct rng rng = rng_init(14, 0);
    for (unsigned k = 0; k < 200; k++) {
        unsigned n = 1 + k % 30;
        double y[30], weight[30], expected[30];
        for (unsigned i = 0; i < n; i++) {
            y[i] = 10 * rng_unit(&rng) + 0.2 * i;
            weight[i] = 0.1 + rng_unit(&rng);
        }
        for (unsigned i = 0; i < n; i++)
            expected[i] = max_min(y, weight, n, i);
        assert_fit(y, weight, expected, n);
    }
}

static void what_cannot_be_fitted_stays(void **state)
{
    (void)state;
    double y[] = {3, NAN, 1}, falling[] = {2, 1};
    static double many[ISOTONIC_MAX + 1];
    assert_int_equal(isotonic_fit(y, NULL, 3), -EINVAL);
    assert_true(y[0] == 3 && y[2] == 1);
    assert_int_equal(isotonic_fit(falling, (const double[]){1, 0}, 2), -EINVAL);
    assert_int_equal(isotonic_fit(falling, (const double[]){1, NAN}, 2), -EINVAL);
    assert_true(falling[0] == 2 && falling[1] == 1);
    assert_int_equal(isotonic_fit(many, NULL, ISOTONIC_MAX), 0);
    assert_int_equal(isotonic_fit(many, NULL, ISOTONIC_MAX + 1), -EINVAL);
    assert_int_equal(isotonic_fit(NULL, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(violators_are_pooled),
        cmocka_unit_test(weights_pull),
        cmocka_unit_test(fits_are_those_of_the_formula),
        cmocka_unit_test(what_cannot_be_fitted_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
