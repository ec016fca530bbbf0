// SPDX-License-Identifier: MIT
#include "judge/sample.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void medians_are_the_middle(void **state)
{
    (void)state;
    assert_true(sample_median((const double[]){3}, 1) == 3);
    assert_true(sample_median((const double[]){3, 4}, 2) == 3.5);
    assert_true(sample_median((const double[]){1, 3, 100}, 3) == 3);
    assert_true(sample_median((const double[]){1, 3, 5, 100}, 4) == 4);
}

static void what_cannot_be_reckoned_with_is_seen(void **state)
{
    (void)state;
    assert_true(sample_sound((const double[]){-1e100, 0, 1}, 3));
    assert_false(sample_sound((const double[]){0, NAN}, 2));
    assert_false(sample_sound((const double[]){-INFINITY, 0}, 2));
    assert_false(sample_sound((const double[]){1e101}, 1));
    assert_true(sample_sound(NULL, 0));
}

static void how_far_is_too_far_is_said_by_the_caller(void **state)
{
    (void)state;
    assert_true(sample_within((const double[]){-2, 0, 2}, 3, 2));
    assert_false(sample_within((const double[]){0, 1, 2.5}, 3, 2));
    assert_false(sample_within((const double[]){-2.5, 0, 1}, 3, 2));
    assert_true(sample_within((const double[]){0, 1, 2.5}, 2, 2)); // it looks at n values and no more
    assert_false(sample_within((const double[]){NAN}, 1, INFINITY));
    assert_true(sample_within((const double[]){-INFINITY}, 1, INFINITY));
    assert_true(sample_within(NULL, 0, 0));
}

static void means_and_squares_are_those_by_hand(void **state)
{
    (void)state;
    const double v[] = {2, 4, 4, 4, 5, 5, 7, 9}; // the mean is 5, the distances 9+1+1+1+0+0+4+16
    assert_true(sample_mean(v, 8) == 5);
    assert_true(sample_squares(v, 8) == 32);
    assert_true(sample_mean(v, 2) == 3);
    assert_true(sample_squares(v, 2) == 2);
    assert_true(sample_mean((const double[]){-7.5}, 1) == -7.5);
    assert_true(sample_squares((const double[]){-7.5}, 1) == 0);
    assert_true(sample_mean((const double[]){-1, 1}, 2) == 0);
    assert_true(sample_squares((const double[]){-1, 1}, 2) == 2);
}

// Sums of squares would lose what is asked for: 1e9 squared has no room for 1 beside it.
static void squares_are_taken_from_the_mean(void **state)
{
    (void)state;
    assert_true(sample_squares((const double[]){1e9 + 1, 1e9 + 2, 1e9 + 3}, 3) == 2);
}

static void inversions_are_counted_as_by_hand(void **state)
{
    (void)state;
    struct rng rng = rng_init(1, 0);
    for (unsigned n = 0; n < 70; n++) {
        double v[70], sorted[70], scratch[70];
        unsigned long expected = 0;
        for (unsigned i = 0; i < n; i++)
            v[i] = sorted[i] = (double)rng_below(&rng, 1 + n / 2);
        for (unsigned j = 0; j < n; j++) {
            for (unsigned i = 0; i < j; i++)
                expected += v[i] > v[j];
        }
        sample_sort(sorted, n);
        assert_int_equal(sample_inversions(v, scratch, n), expected);
        assert_memory_equal(v, sorted, n * sizeof *v);
        for (unsigned i = 1; i < n; i++)
            assert_true(v[i - 1] <= v[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medians_are_the_middle),
        cmocka_unit_test(what_cannot_be_reckoned_with_is_seen),
        cmocka_unit_test(how_far_is_too_far_is_said_by_the_caller),
        cmocka_unit_test(means_and_squares_are_those_by_hand),
        cmocka_unit_test(squares_are_taken_from_the_mean),
        cmocka_unit_test(inversions_are_counted_as_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
