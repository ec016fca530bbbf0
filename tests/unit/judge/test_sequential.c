// SPDX-License-Identifier: MIT
// Known answers; test_looking.c simulates whole comparisons.
#include "judge/sequential.h"

#include "sample.h"

#include <errno.h>

static const struct sequential_terms alone = {.family = 1, .margin = 0.01};

static struct sequential look(const double *d, unsigned n, const struct sequential_terms *terms)
{
    struct sequential s;
    assert_int_equal(sequential_look(d, n, terms, &s), 0);
    assert_int_equal(s.estimate.n, n);
    return s;
}

// With seven blocks all signs alike have a chance of 1 in 64: the interval is from the least to the greatest.
static void seven_blocks_that_agree_are_a_verdict(void **state)
{
    (void)state;
    struct sequential s = look((const double[]){0.04, 0.02, 0.32, 0.03, 0.16, 0.05, 0.08}, 7, &alone);
    assert_near(log(s.estimate.low), 0.02, 1e-12);
    assert_near(log(s.estimate.high), 0.32, 1e-12);
    assert_false(s.estimate.by_t);
    assert_int_equal(s.finding, FINDING_HIGHER);
    assert_true(s.stands);
    assert_int_equal(s.blocks_more, 0);
}

static void six_blocks_are_none(void **state)
{
    (void)state;
    struct sequential s = look((const double[]){0.100, 0.101, 0.102, 0.103, 0.104, 0.105}, 6, &alone);
    assert_int_equal(s.finding, FINDING_HIGHER); // by t, of one look alone
    assert_true(s.estimate.by_t);
    assert_false(s.stands);
    assert_int_equal(s.blocks_more, 1);
}

// Two verdicts share the error: 1 in 64 is too much for one of them, 1 in 128 is not.
static void a_family_waits_longer(void **state)
{
    (void)state;
    const double d[] = {-0.100, -0.101, -0.102, -0.103, -0.104, -0.105, -0.106, -0.107};
    const struct sequential_terms two = {.family = 2, .margin = 0.01};
    struct sequential s = look(d, 7, &two);
    assert_true(s.estimate.by_t && !s.stands && s.blocks_more == 1);
    s = look(d, 8, &two);
    assert_int_equal(s.finding, FINDING_LOWER);
    assert_true(s.stands && !s.estimate.by_t);
    const unsigned first[] = {7, 8, 8, 9, 9, 9, 10, 10};
    for (unsigned family = 1; family <= SEQUENTIAL_FAMILY; family++)
        assert_int_equal(sequential_first(family), first[family - 1]);
}

static void what_lies_within_the_margin_is_equivalent(void **state)
{
    (void)state;
    const double d[] = {0.004, -0.003, 0.001, -0.002, 0.0005, 0.003, 0.002};
    struct sequential s = look(d, 7, &alone);
    assert_int_equal(s.finding, FINDING_EQUIVALENT);
    assert_true(s.stands && s.blocks_more == 0);
    s = look(d, 7, &(struct sequential_terms){.family = 1, .margin = 0.0035});
    assert_int_equal(s.finding, FINDING_UNCLEAR);
    assert_true(!s.stands && s.blocks_more > 0);
}

// A difference whose size is unclear is no reason to stop.
static void an_interval_across_the_margin_does_not_stand(void **state)
{
    (void)state;
    struct sequential s = look((const double[]){0.005, 0.03, 0.02, 0.025, 0.015, 0.035, 0.022}, 7, &alone);
    assert_int_equal(s.finding, FINDING_DIFFERENT);
    assert_false(s.stands);
    assert_in_range(s.blocks_more, 1, 30);
}

// What the machine finds between a server and itself cannot be told, with more blocks either.
static void below_the_floor_more_blocks_buy_nothing(void **state)
{
    (void)state;
    const struct sequential_terms terms = {.family = 1, .margin = 0.01, .floor = 0.05};
    struct sequential s = look((const double[]){0.025, 0.030, 0.020, 0.024, 0.026, 0.028, 0.027}, 7, &terms);
    assert_int_equal(s.finding, FINDING_UNCLEAR);
    assert_true(!s.stands && s.blocks_more == 0);
}

// On the edge of the margin no number of blocks decides.
static void a_ratio_on_the_margin_has_no_end_in_sight(void **state)
{
    (void)state;
    double edge = log1p(0.01), d[7] = {edge};
    for (int i = 0; i < 3; i++) {
        d[1 + i] = edge + 0.02 * (i + 1);
        d[4 + i] = edge - 0.02 * (i + 1);
    }
    assert_int_equal(look(d, 7, &alone).blocks_more, 0);
}

// An interval for all looks is wider than one for a single look.
static void looking_has_its_price(void **state)
{
    (void)state;
    struct rng rng = rng_init(9, 0);
    double d[SEQUENTIAL_LAST];
    for (unsigned n = 0; n < SEQUENTIAL_LAST; n++)
        d[n] = 0.02 * sample_normal(&rng);
    for (unsigned n = SEQUENTIAL_FIRST; n <= SEQUENTIAL_LAST; n++) {
        struct estimate fixed;
        assert_int_equal(paired_of(d, n, &fixed), 0);
        struct estimate e = look(d, n, &alone).estimate;
        assert_true(e.low <= fixed.low && fixed.high <= e.high && e.ratio == fixed.ratio);
        assert_true(log(e.high / e.low) > log(fixed.high / fixed.low));
    }
}

// Of one verdict seven blocks that agree have a chance of 1 in 64; the last look has spent it all.
static void the_error_is_spent_look_by_look(void **state)
{
    (void)state;
    for (unsigned family = 1; family <= SEQUENTIAL_FAMILY; family++) {
        unsigned first = sequential_first(family);
        assert_true(sequential_spent(family, first - 1) == 0);
        assert_true(fabs(sequential_spent(family, first) - family * ldexp(1, 1 - (int)first)) < 1e-12);
        for (unsigned n = first; n < SEQUENTIAL_LAST; n++)
            assert_true(sequential_spent(family, n) < sequential_spent(family, n + 1));
        assert_true(fabs(sequential_spent(family, SEQUENTIAL_LAST) - SEQUENTIAL_ERROR) < 1e-12);
    }
}

static void a_spread_is_that_of_a_normal_sample(void **state)
{
    (void)state;
    assert_near(sequential_spread((const double[]){0, 0.9539}, 2), 1, 1e-12);
    assert_near(sequential_spread((const double[]){1, 1, 1}, 3), 0, 0);
    assert_near(sequential_spread((const double[]){0, 0.9539, 100}, 3), 99.0461 / 0.9539, 1e-9);
    struct rng rng = rng_init(10, 0);
    double sum = 0, d[12];
    for (int k = 0; k < 2000; k++) {
        for (int i = 0; i < 12; i++)
            d[i] = 0.02 * sample_normal(&rng);
        sum += sequential_spread(d, 12) / 2000;
    }
    assert_near(sum / 0.02, 1, 0.05);
}

static void the_smallest_difference_falls_with_the_blocks(void **state)
{
    (void)state;
    double last = INFINITY;
    assert_true(isinf(sequential_smallest(0.02, SEQUENTIAL_FIRST - 1, &alone)));
    for (unsigned n = SEQUENTIAL_FIRST; n <= SEQUENTIAL_LAST; n++) {
        double smallest = sequential_smallest(0.02, n, &alone);
        assert_true(smallest > 1.01 && smallest < last);
        last = smallest;
    }
    assert_near(sequential_smallest(0, 7, &alone), 1.01, 1e-12);
    const struct sequential_terms floor = {.family = 1, .margin = 0.01, .floor = 0.3};
    assert_near(sequential_smallest(0.02, 7, &floor), exp(0.3), 1e-12);
}

static void what_cannot_be_judged_is_refused(void **state)
{
    (void)state;
    struct sequential s;
    double d[SEQUENTIAL_LAST + 1] = {0};
    assert_int_equal(sequential_look(d, 1, &alone, &s), -EINVAL);
    assert_int_equal(sequential_look(d, SEQUENTIAL_LAST + 1, &alone, &s), -EINVAL);
    d[3] = NAN;
    assert_int_equal(sequential_look(d, 6, &alone, &s), -EINVAL);
    d[3] = -1e3;
    assert_int_equal(sequential_look(d, 6, &alone, &s), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seven_blocks_that_agree_are_a_verdict),
        cmocka_unit_test(six_blocks_are_none),
        cmocka_unit_test(a_family_waits_longer),
        cmocka_unit_test(what_lies_within_the_margin_is_equivalent),
        cmocka_unit_test(an_interval_across_the_margin_does_not_stand),
        cmocka_unit_test(below_the_floor_more_blocks_buy_nothing),
        cmocka_unit_test(a_ratio_on_the_margin_has_no_end_in_sight),
        cmocka_unit_test(looking_has_its_price),
        cmocka_unit_test(the_error_is_spent_look_by_look),
        cmocka_unit_test(a_spread_is_that_of_a_normal_sample),
        cmocka_unit_test(the_smallest_difference_falls_with_the_blocks),
        cmocka_unit_test(what_cannot_be_judged_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
