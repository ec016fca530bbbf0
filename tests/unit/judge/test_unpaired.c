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
// = 17.776. With 17, t is 2.109816 and the deviation of the difference 0.849091. Low and high values take
// turns here, so that no neighbours resemble each other.
static void sleep_as_two_groups(void **state)
{
    (void)state;
    const double one[] = {-1.6, 3.7, -1.2, 3.4, -.2, 2, -.1, .8, 0, .7};
    const double two[] = {-.1, 5.5, .1, 4.6, .8, 4.4, 1.1, 3.4, 1.6, 1.9};
    struct estimate e = of(one, 10, two, 10);
    assert_near(log(e.ratio), -1.58, 1e-12);
    assert_near(log(e.low), -1.58 - 2.109816 * 0.849091, 1e-5);
    assert_near(log(e.high), -1.58 + 2.109816 * 0.849091, 1e-5);
    assert_near(e.p, 0.080157, 1e-5);
    assert_int_equal(e.won, 3); // 3.4, 3.7 and 2 are above 1.75
}

// 1 to 5 hundredths against one value of 0: mean 3, t at 4 degrees of freedom 2.776445, and the deviation of
// the difference sqrt(2.5 (1/5 + 4^2)), or with an error of 0.1 within the single one sqrt(2.5 (1/5 + 4^2) +
// 100).
static void against_a_single_value(void **state)
{
    (void)state;
    struct estimate e;
    const double now[] = {.01, .02, .03, .04, .05};
    assert_int_equal(unpaired_alone(now, 5, 0, 0, &e), 0);
    assert_near(log(e.ratio), .03, 1e-12);
    assert_near(log(e.high), .03 + 2.776445 * .01 * sqrt(2.5 * 16.2), 1e-7);
    assert_int_equal(e.won, 5);
    assert_int_equal(unpaired_alone(now, 5, 0, .1, &e), 0);
    assert_near(log(e.high), .03 + 2.776445 * .01 * sqrt(2.5 * 16.2 + 100), 1e-7);
}

static void equal_values_are_a_point(void **state)
{
    (void)state;
    struct estimate e = of((const double[]){1, 1}, 2, (const double[]){1, 1}, 2);
    assert_true(e.ratio == 1 && e.low == 1 && e.high == 1 && e.p == 1 && e.won == 0);
    e = of((const double[]){1, 1}, 2, (const double[]){0, 0}, 2);
    assert_true(e.p == 0 && e.low == e.high);
}

static void what_is_no_comparison_is_refused(void **state)
{
    (void)state;
    double v[UNPAIRED_MAX + 1] = {0};
    struct estimate e;
    assert_int_equal(unpaired_of(v, 1, v, 2, &e), -EINVAL);
    assert_int_equal(unpaired_of(v, 2, v, 1, &e), -EINVAL);
    assert_int_equal(unpaired_of(v, UNPAIRED_MAX + 1, v, 2, &e), -EINVAL);
    assert_int_equal(unpaired_of(v, 2, v, UNPAIRED_MAX + 1, &e), -EINVAL);
    assert_int_equal(unpaired_alone(v, 1, 0, 0, &e), -EINVAL);
    assert_int_equal(unpaired_alone(v, 2, NAN, 0, &e), -EINVAL);
    assert_int_equal(unpaired_alone(v, 2, 0, NAN, &e), -EINVAL);
    v[1] = NAN;
    assert_int_equal(unpaired_of(v, 2, v, 2, &e), -EINVAL);
}

// A level that wanders off: twelve blocks of it are not twelve.
static void a_side_that_drifts_is_refused(void **state)
{
    (void)state;
    double drifting[12], steady[12];
    struct estimate e;
    for (int i = 0; i < 12; i++) {
        drifting[i] = .01 * i;
        steady[i] = .01 * (i % 2);
    }
    assert_int_equal(unpaired_of(drifting, 12, steady, 12, &e), -EDOM);
    assert_int_equal(unpaired_of(steady, 12, drifting, 12, &e), -EDOM);
    assert_int_equal(unpaired_of(steady, 12, steady, 12, &e), 0);
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

// How a comparison is simulated: today's noise is `wider` times that of then, `alike` the correlation of
// neighbours.
struct noise {
    double (*of)(struct rng *);
    double wider, alike;
};

struct side {
    const struct noise *noise;
    double level, scale;
};

static void fill(double *v, unsigned n, const struct side *side, struct rng *rng)
{
    const struct noise *noise = side->noise;
    double now = noise->of(rng);
    for (unsigned i = 0; i < n; i++) {
        v[i] = side->level + side->scale * now;
        now = noise->alike * now + sqrt(1 - noise->alike * noise->alike) * noise->of(rng);
    }
}

struct outcome {
    double held, refused; // shares of all; the rest is false
};

// m 1: a single kept value.
static struct outcome simulate(const struct noise *noise, unsigned n, unsigned m)
{
    struct rng rng = rng_init(n, m);
    unsigned held = 0, refused = 0;
    for (int k = 0; k < REPETITIONS; k++) {
        double a[UNPAIRED_MAX], b[UNPAIRED_MAX];
        struct estimate e;
        fill(a, n, &(struct side){noise, .03, .02 * noise->wider}, &rng);
        fill(b, m, &(struct side){noise, 0, .02}, &rng);
        int rc = m == 1 ? unpaired_alone(a, n, b[0], 0, &e) : unpaired_of(a, n, b, m, &e);
        refused += rc == -EDOM;
        held += rc == 0 && e.low <= exp(.03) && exp(.03) <= e.high;
    }
    struct outcome o = {(double)held / REPETITIONS, (double)refused / REPETITIONS};
    print_message("| %2u | %2u | %4.2g | %3.1f | %5.1f %% | %5.1f %% | %4.1f %% |\n", n, m, 1 / noise->wider,
                  noise->alike, 100 * o.held, 100 * o.refused, 100 * fabs(1 - o.held - o.refused));
    return o;
}

// Of independent blocks an interval holds the truth in 93 % of the cases or more, and few are refused.
static void coverage_by_simulation(void **state)
{
    (void)state;
    static const unsigned blocks[][2] = {{12, 6}, {12, 12}, {6, 12}, {12, 64}, {3, 12}};
    double (*const laws[])(struct rng *) = {normal, one_sided, outliers};
    for (int law = 0; law < 3; law++)
        for (int i = 0; i < 5; i++) {
            struct outcome o = simulate(&(struct noise){laws[law], 1, 0}, blocks[i][0], blocks[i][1]);
            assert_true(o.held >= 0.93 * (1 - o.refused));
            assert_true(o.refused < (blocks[i][0] == 6 || blocks[i][1] == 6 ? 0.3 : 0.05));
        }
}

// A kept block of a server with itself is the mean of four slots, one of now is a single slot: half the
// noise. Or then was the noisy time.
static void coverage_with_unequal_spreads(void **state)
{
    (void)state;
    static const unsigned blocks[][2] = {{12, 12}, {12, 64}};
    static const double wider[] = {2, .5, .25};
    for (int i = 0; i < 2; i++)
        for (int w = 0; w < 3; w++) {
            struct outcome o = simulate(&(struct noise){normal, wider[w], 0}, blocks[i][0], blocks[i][1]);
            assert_true(o.held >= 0.93 * (1 - o.refused));
        }
}

// One kept run tells nothing of its spread, which may be four times today's.
static void coverage_of_a_single_kept_run(void **state)
{
    (void)state;
    static const unsigned blocks[] = {6, 12};
    static const double wider[] = {1, .5, .25};
    for (int i = 0; i < 2; i++)
        for (int w = 0; w < 3; w++) {
            struct outcome o = simulate(&(struct noise){normal, wider[w], 0}, blocks[i], 1);
            assert_true(o.held >= 0.94 * (1 - o.refused));
        }
}

// Blocks that resemble their neighbours say less than their number. What is told of them is false in one case
// of ten at most; the more they drift, the more is refused.
static void blocks_that_drift_are_told_wider_or_refused(void **state)
{
    (void)state;
    static const unsigned blocks[][2] = {{12, 12}, {6, 12}, {6, 6}, {12, 1}};
    static const double alike[] = {.3, .5, .7, .9};
    for (int i = 0; i < 4; i++) {
        double refused = 0;
        for (int k = 0; k < 4; k++) {
            struct outcome o = simulate(&(struct noise){normal, 1, alike[k]}, blocks[i][0], blocks[i][1]);
            assert_true(1 - o.held - o.refused <= 0.10);
            assert_true(blocks[i][1] == 1 ? o.refused == 0 : o.refused > refused);
            refused = o.refused;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleep_as_two_groups),
        cmocka_unit_test(against_a_single_value),
        cmocka_unit_test(equal_values_are_a_point),
        cmocka_unit_test(what_is_no_comparison_is_refused),
        cmocka_unit_test(a_side_that_drifts_is_refused),
        cmocka_unit_test(coverage_by_simulation),
        cmocka_unit_test(coverage_with_unequal_spreads),
        cmocka_unit_test(coverage_of_a_single_kept_run),
        cmocka_unit_test(blocks_that_drift_are_told_wider_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
