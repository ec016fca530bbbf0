// SPDX-License-Identifier: MIT
#include "judge/order.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void medians_are_the_middle(void **state)
{
    (void)state;
    assert_true(order_median((const double[]){3}, 1) == 3);
    assert_true(order_median((const double[]){3, 4}, 2) == 3.5);
    assert_true(order_median((const double[]){1, 3, 100}, 3) == 3);
    assert_true(order_median((const double[]){1, 3, 5, 100}, 4) == 4);
}

static void what_cannot_be_reckoned_with_is_seen(void **state)
{
    (void)state;
    assert_true(order_sound((const double[]){-1e100, 0, 1}, 3));
    assert_false(order_sound((const double[]){0, NAN}, 2));
    assert_false(order_sound((const double[]){-INFINITY, 0}, 2));
    assert_false(order_sound((const double[]){1e101}, 1));
    assert_true(order_sound(NULL, 0));
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
        order_sort(sorted, n);
        assert_int_equal(order_inversions(v, scratch, n), expected);
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
        cmocka_unit_test(inversions_are_counted_as_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
