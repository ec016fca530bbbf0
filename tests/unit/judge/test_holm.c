// SPDX-License-Identifier: MIT
#include "judge/holm.h"

#include "base/rng.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void adjusted_by_hand(void **state)
{
    (void)state;
    // By rising p: .005 x 4, .01 x 3, .03 x 2, .04 x 1 that may not be less than the one before it.
    double p[] = {0.01, 0.04, 0.03, 0.005}, adjusted[4];
    const double expected[] = {0.03, 0.06, 0.06, 0.02};
    assert_int_equal(holm_adjust(p, 4, adjusted), 0);
    for (int i = 0; i < 4; i++)
        assert_true(fabs(adjusted[i] - expected[i]) < 1e-12);
    assert_int_equal(holm_adjust(p, 4, p), 0);
    assert_memory_equal(p, adjusted, sizeof p);
}

static void one_and_none_stay_as_they_are(void **state)
{
    (void)state;
    double p = 0.3;
    assert_int_equal(holm_adjust(NULL, 0, NULL), 0);
    assert_int_equal(holm_adjust(&p, 1, &p), 0);
    assert_true(p == 0.3);
}

static void none_is_above_one(void **state)
{
    (void)state;
    double p[] = {0.4, 0.4, 0, 1};
    assert_int_equal(holm_adjust(p, 4, p), 0);
    assert_true(p[0] == 1 && p[1] == 1 && p[2] == 0 && p[3] == 1);
}

// As the sequence of tests that Holm describes: the k-th smallest is rejected when all before it were and it
// is at most level / (m - k).
static void a_level_rejects_as_the_sequence_of_tests_does(void **state)
{
    (void)state;
    struct rng rng = rng_init(6, 0);
    for (int k = 0; k < 300; k++) {
        unsigned m = 1 + (unsigned)rng_below(&rng, HOLM_MAX);
        double p[HOLM_MAX], adjusted[HOLM_MAX];
        for (unsigned i = 0; i < m; i++)
            p[i] = pow(rng_unit(&rng), 5);
        assert_int_equal(holm_adjust(p, m, adjusted), 0);
        for (unsigned rejected = 0, least = 0; rejected < m; rejected++, least = 0) {
            for (unsigned i = 1; i < m; i++)
                least = p[i] < p[least] ? i : least;
            if (p[least] > 0.05 / (m - rejected))
                break;
            assert_true(adjusted[least] <= 0.05 + 1e-12);
            p[least] = 2; // seen
        }
        for (unsigned i = 0; i < m; i++)
            assert_true(p[i] == 2 || adjusted[i] > 0.05);
    }
}

static void what_is_no_probability_is_refused(void **state)
{
    (void)state;
    double p[HOLM_MAX + 1] = {0};
    assert_int_equal(holm_adjust(p, HOLM_MAX, p), 0);
    assert_int_equal(holm_adjust(p, HOLM_MAX + 1, p), -EINVAL);
    assert_int_equal(holm_adjust((const double[]){0.1, NAN}, 2, p), -EINVAL);
    assert_int_equal(holm_adjust((const double[]){1.1}, 1, p), -EINVAL);
    assert_int_equal(holm_adjust((const double[]){-0.1}, 1, p), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adjusted_by_hand),
        cmocka_unit_test(one_and_none_stay_as_they_are),
        cmocka_unit_test(none_is_above_one),
        cmocka_unit_test(a_level_rejects_as_the_sequence_of_tests_does),
        cmocka_unit_test(what_is_no_probability_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
