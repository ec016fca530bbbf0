// SPDX-License-Identifier: MIT
#include "judge/usl.h"

#include "sample.h"

#include <errno.h>

#define LOADS 8
#define REPEATS 3

static const double loads[LOADS] = {1, 2, 4, 8, 16, 32, 64, 128};

struct law {
    double gamma, alpha, beta;
};

static double throughput(struct law law, double n)
{
    return law.gamma * n / (1 + law.alpha * (n - 1) + law.beta * n * (n - 1));
}

// Three repeats a load, in an order that is not the loads', with relative noise.
static unsigned sweep(struct law law, double noise, struct rng *rng, struct usl_point *points)
{
    unsigned n = 0;
    for (int k = 0; k < REPEATS; k++) {
        for (int i = 0; i < LOADS; i++) {
            double clients = loads[(3 * i + k) % LOADS];
            points[n++] =
                (struct usl_point){clients, throughput(law, clients) * exp(noise * sample_normal(rng))};
        }
    }
    return n;
}

static void planted_laws_are_recovered(void **state)
{
    (void)state;
    const struct law laws[] = {
        {1000, 0.05, 0.001}, {3e6, 0.02, 0}, {7, 0, 0.0005}, {1e5, 0, 0}, {40, 0.4, 0.02}};
    struct usl_point points[LOADS * REPEATS];
    struct rng rng = rng_init(17, 0);
    for (unsigned k = 0; k < sizeof laws / sizeof *laws; k++) {
        struct usl f;
        unsigned n = sweep(laws[k], 0, &rng, points);
        assert_int_equal(usl_fit(points, n, 1, &f), 0);
        assert_near(f.gamma.value / laws[k].gamma, 1, 1e-9);
        assert_near(f.alpha.value, laws[k].alpha, 1e-9);
        assert_near(f.beta.value, laws[k].beta, 1e-9);
        assert_near(f.error, 0, 1e-9);
    }
}

// sqrt((1 - .05) / .001) = 30.8; sqrt(1 / .0005) = 44.7.
static void the_peak_is_that_of_the_formula(void **state)
{
    (void)state;
    struct usl_point points[LOADS * REPEATS];
    struct rng rng = rng_init(18, 0);
    struct usl f;
    unsigned n = sweep((struct law){1000, 0.05, 0.001}, 0, &rng, points);
    assert_int_equal(usl_fit(points, n, 1, &f), 0);
    assert_true(f.peaked);
    assert_near(f.peak.value, sqrt(950), 1e-6);
    n = sweep((struct law){1000, 0, 0.0005}, 0, &rng, points);
    assert_int_equal(usl_fit(points, n, 1, &f), 0);
    assert_near(f.peak.value, sqrt(2000), 1e-6);
}

// More contention than there is work: one client is best.
static void the_peak_can_be_one_client(void **state)
{
    (void)state;
    struct usl_point points[LOADS * REPEATS];
    struct rng rng = rng_init(22, 0);
    struct usl f;
    unsigned n = sweep((struct law){1000, 1.5, 0}, 0, &rng, points);
    assert_int_equal(usl_fit(points, n, 1, &f), 0);
    assert_near(f.alpha.value, 1.5, 1e-9);
    assert_true(f.peaked && f.peak.value == 1);
}

// Peaks at 250 and 260 clients, of which 128 were tried: the second is beyond twice as many.
static void no_peak_is_told_far_beyond_the_sweep(void **state)
{
    (void)state;
    struct usl_point points[LOADS * REPEATS];
    struct rng rng = rng_init(19, 0);
    struct usl f;
    unsigned n = sweep((struct law){1000, 0, 1 / (250.0 * 250)}, 0, &rng, points);
    assert_int_equal(usl_fit(points, n, 1, &f), 0);
    assert_true(f.peaked);
    assert_near(f.peak.value, 250, 1e-3);
    n = sweep((struct law){1000, 0, 1 / (260.0 * 260)}, 0, &rng, points);
    assert_int_equal(usl_fit(points, n, 1, &f), 0);
    assert_false(f.peaked);
    assert_true(f.peak.value == 0);
    n = sweep((struct law){1000, 0.3, 0}, 0, &rng, points);
    assert_int_equal(usl_fit(points, n, 1, &f), 0);
    assert_false(f.peaked);
}

// Faster than linear cannot be, and is fitted as linear: no coefficient is negative.
static void coefficients_are_not_negative(void **state)
{
    (void)state;
    struct usl_point points[LOADS];
    struct usl f;
    for (int i = 0; i < LOADS; i++)
        points[i] = (struct usl_point){loads[i], 100 * pow(loads[i], 1.1)};
    assert_int_equal(usl_fit(points, LOADS, 1, &f), 0);
    assert_true(f.alpha.value == 0 && f.beta.value == 0 && !f.peaked);
    assert_true(f.gamma.value > 100);
    assert_true(f.gamma.low >= 0 && f.alpha.low == 0 && f.beta.low == 0);
}

static bool holds(struct usl_value v, double truth)
{
    return v.low <= truth && truth <= v.high;
}

// Approximate, and rather too wide than too narrow: see the bounds.
static void intervals_hold_the_truth(void **state)
{
    (void)state;
    const struct law law = {1000, 0.05, 0.001};
    struct rng rng = rng_init(20, 0);
    unsigned gamma = 0, alpha = 0, beta = 0, peak = 0;
    for (unsigned k = 0; k < 200; k++) {
        struct usl_point points[LOADS * REPEATS];
        struct usl f;
        unsigned n = sweep(law, 0.02, &rng, points);
        assert_int_equal(usl_fit(points, n, k, &f), 0);
        gamma += holds(f.gamma, law.gamma);
        alpha += holds(f.alpha, law.alpha);
        beta += holds(f.beta, law.beta);
        peak += f.peaked && holds(f.peak, sqrt(950));
        assert_true(f.gamma.high < 1.06 * f.gamma.value && f.alpha.high - f.alpha.low < 0.04);
        assert_near(f.error, 0.02, 0.015);
    }
    assert_true(gamma >= 186 && alpha >= 186 && beta >= 186 && peak >= 186);
}

// How many of 400 sweeps that have a peak hold it. shared: the error that all repeats of one N have in
// common.
static unsigned peaks_held(struct law law, double noise, double shared, unsigned repeats)
{
    struct rng rng = rng_init(24, repeats);
    unsigned held = 0;
    for (unsigned k = 0; k < 400; k++) {
        struct usl_point points[LOADS * REPEATS];
        struct usl f;
        double common[LOADS];
        for (int i = 0; i < LOADS; i++)
            common[i] = shared * sample_normal(&rng);
        for (unsigned i = 0; i < LOADS * repeats; i++) {
            double clients = loads[i % LOADS], error = common[i % LOADS] + noise * sample_normal(&rng);
            points[i] = (struct usl_point){clients, throughput(law, clients) * exp(error)};
        }
        assert_int_equal(usl_fit(points, LOADS * repeats, k, &f), 0);
        held += f.peaked && holds(f.peak, sqrt((1 - law.alpha) / law.beta));
    }
    return held;
}

// Then there are no more errors to learn from than numbers of clients.
static void the_peak_is_held_where_repeats_say_nothing_new(void **state)
{
    (void)state;
    assert_true(peaks_held((struct law){1000, 0.05, 0.001}, 0.02, 0, 1) >= 0.93 * 400);
    assert_true(peaks_held((struct law){1000, 0.05, 0.001}, 0.005, 0.03, 2) >= 0.93 * 400);
    assert_true(peaks_held((struct law){1000, 0.05, 0.005}, 0.002, 0.02, 3) >= 0.93 * 400);
}

static void a_seed_repeats_a_fit(void **state)
{
    (void)state;
    struct usl_point points[LOADS * REPEATS];
    struct rng rng = rng_init(21, 0);
    struct usl a, b, c;
    unsigned n = sweep((struct law){1000, 0.05, 0.001}, 0.02, &rng, points);
    assert_int_equal(usl_fit(points, n, 1, &a), 0);
    assert_int_equal(usl_fit(points, n, 1, &b), 0);
    assert_int_equal(usl_fit(points, n, 2, &c), 0);
    assert_true(a.alpha.low == b.alpha.low && a.peak.high == b.peak.high);
    assert_true(a.alpha.value == c.alpha.value && a.alpha.low != c.alpha.low);
}

static void what_cannot_be_fitted_is_refused(void **state)
{
    (void)state;
    struct usl_point points[LOADS] = {{1, 1}, {2, 2}, {4, 3}, {8, 4}, {16, 5}, {16, 6}, {8, 4}, {4, 3}};
    struct usl f;
    assert_int_equal(usl_fit(points, 0, 1, &f), -ENODATA);
    assert_int_equal(usl_fit(points, LOADS, 1, &f), -ENODATA); // five different
    points[7].clients = 32;
    assert_int_equal(usl_fit(points, LOADS, 1, &f), 0);
    points[7].clients = 0;
    assert_int_equal(usl_fit(points, LOADS, 1, &f), -EINVAL);
    points[7] = (struct usl_point){32, NAN};
    assert_int_equal(usl_fit(points, LOADS, 1, &f), -EINVAL);
    points[7] = (struct usl_point){32, 0};
    assert_int_equal(usl_fit(points, LOADS, 1, &f), -EINVAL);
    assert_int_equal(usl_fit(points, USL_MAX + 1, 1, &f), -EINVAL);
}

// Numbers as far apart as are let in: everything stays finite.
static void the_limits_are_finite(void **state)
{
    (void)state;
    const struct usl_point wild[] = {{1, 1e-12},   {10, 1e12},  {1e3, 1},
                                     {1e6, 1e-12}, {1e9, 1e12}, {1e12, 1e-12}};
    struct usl f;
    assert_int_equal(usl_fit(wild, 6, 1, &f), 0);
    const struct usl_value all[] = {f.gamma, f.alpha, f.beta, f.peak};
    for (int i = 0; i < 4; i++)
        assert_true(isfinite(all[i].value) && isfinite(all[i].low) && isfinite(all[i].high));
    assert_true(isfinite(f.error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_laws_are_recovered),
        cmocka_unit_test(the_peak_is_that_of_the_formula),
        cmocka_unit_test(the_peak_can_be_one_client),
        cmocka_unit_test(no_peak_is_told_far_beyond_the_sweep),
        cmocka_unit_test(coefficients_are_not_negative),
        cmocka_unit_test(intervals_hold_the_truth),
        cmocka_unit_test(the_peak_is_held_where_repeats_say_nothing_new),
        cmocka_unit_test(a_seed_repeats_a_fit),
        cmocka_unit_test(what_cannot_be_fitted_is_refused),
        cmocka_unit_test(the_limits_are_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
