// SPDX-License-Identifier: MIT
#include "judge/unpaired.h"

#include "sample.h"

#include <errno.h>

#define REPETITIONS 4000

static struct estimate of(const double *a, unsigned n, const double *b, unsigned m)
{
    struct estimate e;
    assert_int_equal(unpaired_of(a, n, b, m, &e), 0);
    assert_int_equal(e.n, n);
    assert_true(e.by_t);
    return e;
}

// Student's sleep data as two groups (Fisher 1925): R's t.test(extra ~ group) says t = -1.8608 and df
// = 17.776. With 17, t is 2.109816 and the deviation of the difference 0.849091.
static void sleep_as_two_groups(void **state)
{
    (void)state;
    const double one[] = {.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2};
    const double two[] = {1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    struct estimate e = of(one, 10, two, 10);
    assert_near(log(e.ratio), -1.58, 1e-12);
    assert_near(log(e.low), -1.58 - 2.109816 * 0.849091, 1e-5);
    assert_near(log(e.high), -1.58 + 2.109816 * 0.849091, 1e-5);
    assert_near(e.p, 0.080157, 1e-5);
    assert_int_equal(e.won, 3); // 3.4, 3.7 and 2 are above 1.75
}

// 1 to 5 hundredths against one value of 0: mean 3, deviation sqrt 2.5, t at 4 degrees of freedom 2.776445,
// and the deviation of the difference sqrt(2.5 (1/5 + 1)).
static void against_a_single_value(void **state)
{
    (void)state;
    struct estimate e = of((const double[]){.01, .02, .03, .04, .05}, 5, (const double[]){0}, 1);
    assert_near(log(e.ratio), .03, 1e-12);
    assert_near(log(e.high), .03 + 2.776445 * .01 * sqrt(3), 1e-8);
    assert_int_equal(e.won, 5);
}

static void equal_values_are_a_point(void **state)
{
    (void)state;
    struct estimate e = of((const double[]){1, 1}, 2, (const double[]){1}, 1);
    assert_true(e.ratio == 1 && e.low == 1 && e.high == 1 && e.p == 1 && e.won == 0);
    e = of((const double[]){1, 1}, 2, (const double[]){0}, 1);
    assert_true(e.p == 0 && e.low == e.high);
}

static void what_is_no_comparison_is_refused(void **state)
{
    (void)state;
    double v[UNPAIRED_MAX + 1] = {0};
    struct estimate e;
    assert_int_equal(unpaired_of(v, 1, v, 1, &e), -EINVAL);
    assert_int_equal(unpaired_of(v, 2, v, 0, &e), -EINVAL);
    assert_int_equal(unpaired_of(v, UNPAIRED_MAX + 1, v, 1, &e), -EINVAL);
    assert_int_equal(unpaired_of(v, 2, v, UNPAIRED_MAX + 1, &e), -EINVAL);
    v[1] = NAN;
    assert_int_equal(unpaired_of(v, 2, v, 1, &e), -EINVAL);
}

static double normal(struct rng *r)
{
    return sample_normal(r);
}

static double one_sided(struct rng *r)
{
    return -log(rng_unit(r));
}

static double outliers(struct rng *r)
{
    return sample_normal(r) * (rng_below(r, 10) ? 1 : 10);
}

// wider: how many times as wide the noise of a is.
static double coverage_of(double (*noise)(struct rng *), unsigned n, unsigned m, double wider)
{
    struct rng rng = rng_init(n, m);
    unsigned held = 0;
    for (int k = 0; k < REPETITIONS; k++) {
        double a[UNPAIRED_MAX], b[UNPAIRED_MAX];
        for (unsigned i = 0; i < n; i++)
            a[i] = .03 + .02 * wider * noise(&rng);
        for (unsigned i = 0; i < m; i++)
            b[i] = .02 * noise(&rng);
        struct estimate e = of(a, n, b, m);
        held += e.low <= exp(.03) && exp(.03) <= e.high;
    }
    print_message("%u against %u: %.2f %%\n", n, m, 100.0 * held / REPETITIONS);
    return (double)held / REPETITIONS;
}

static double coverage(double (*noise)(struct rng *), unsigned n, unsigned m)
{
    return coverage_of(noise, n, m, 1);
}

// A kept block of a server with itself is the mean of four slots, one of now is a single slot: half the
// noise.
static void coverage_with_unequal_spreads(void **state)
{
    (void)state;
    static const unsigned blocks[][2] = {{6, 12}, {12, 12}, {12, 64}, {3, 12}};
    for (int i = 0; i < 4; i++) {
        double share = coverage_of(normal, blocks[i][0], blocks[i][1], 2);
        assert_true(share >= 0.93 && share <= 0.97);
    }
}

// 95 % by its law where noise is normal, and near it where it is not, unless there is one stored value alone:
// then the interval is as good as that one value.
static void coverage_by_simulation(void **state)
{
    (void)state;
    static const unsigned stored[] = {1, 6, 12};
    for (int i = 0; i < 3; i++) {
        double share = coverage(normal, 12, stored[i]);
        assert_true(share >= 0.94 && share <= 0.96);
        assert_true(coverage(one_sided, 12, stored[i]) >= 0.93);
        assert_true(coverage(outliers, 12, stored[i]) >= (stored[i] == 1 ? 0.92 : 0.93));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleep_as_two_groups),           cmocka_unit_test(against_a_single_value),
        cmocka_unit_test(equal_values_are_a_point),      cmocka_unit_test(what_is_no_comparison_is_refused),
        cmocka_unit_test(coverage_with_unequal_spreads), cmocka_unit_test(coverage_by_simulation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
