// SPDX-License-Identifier: MIT
#include "judge/chisquare.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

// Abramowitz and Stegun 1964, table 26.8, and exp(-x/2) for two degrees of freedom.
static void tails_are_those_of_the_tables(void **state)
{
    (void)state;
    static const struct {
        double x, p;
        unsigned df;
    } known[] = {{3.841458821, 0.05, 1},     {10.827566170, 0.001, 1},   {18.307038053, 0.05, 10},
                 {29.588298445, 0.001, 10},  {43.772971825, 0.05, 30},   {59.703064304, 0.001, 30},
                 {124.342113404, 0.05, 100}, {149.449252779, 0.001, 100}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_float_equal(chisquare_p(known[i].x, known[i].df), known[i].p, 1e-9);
    for (unsigned quarters = 0; quarters < 400; quarters++)
        assert_true(fabs(chisquare_p(quarters * 0.5, 2) / exp(-0.25 * quarters) - 1) < 1e-10);
    assert_true(chisquare_p(0, 7) == 1);
    assert_true(chisquare_p(1e6, 7) >= 0 && chisquare_p(1e6, 7) < 1e-100);
}

static void thin_bins_are_put_together(void **state)
{
    (void)state;
    static const double share[] = {0.5, 0.3, 0.15, 0.04, 0.01};
    static const uint64_t all[] = {500, 300, 150, 40, 10}, few[] = {50, 30, 15, 4, 1},
                          one[] = {5, 3, 2, 0, 0};
    struct chisquare x = chisquare_of(all, share, 5);
    assert_true(x.df == 4 && x.n == 1000 && x.statistic < 1e-9 && x.p == 1);
    assert_int_equal(chisquare_of(few, share, 5).df, 2);
    assert_int_equal(chisquare_of(one, share, 5).df, 0);
    assert_true(chisquare_of(one, share, 5).p == 1 && chisquare_of(one, share, 0).df == 0);
}

static void what_does_not_follow_is_found(void **state)
{
    (void)state;
    static const double share[] = {0.25, 0.25, 0.25, 0.25};
    static const uint64_t seen[] = {300, 250, 250, 200};
    struct chisquare x = chisquare_of(seen, share, 4);
    assert_true(fabs(x.statistic - 20) < 1e-9 && x.df == 3);
    assert_true(fabs(x.p - 0.000169742435552834) < 1e-12);
}

// Of samples that do follow, as many fall below a chance as that says, or only a few more: bins expect ten
// and no fewer.
static void false_alarms_are_as_rare_as_they_say(void **state)
{
    (void)state;
    enum { BINS = 32, RUNS = 40000, DRAWS = 512 };
    double share[BINS];
    unsigned below[3] = {0};
    struct rng rng = rng_init(11, 0);
    for (int i = 0; i < BINS; i++)
        share[i] = 1.0 / BINS;
    for (int run = 0; run < RUNS; run++) {
        uint64_t seen[BINS] = {0};
        for (int i = 0; i < DRAWS; i++)
            seen[rng_below(&rng, BINS)]++;
        double p = chisquare_of(seen, share, BINS).p;
        below[0] += p < 0.1;
        below[1] += p < 0.01;
        below[2] += p < 0.0001;
    }
    assert_in_range(below[0], 0.09 * RUNS, 0.11 * RUNS);
    assert_in_range(below[1], 0.007 * RUNS, 0.014 * RUNS);
    assert_true(below[2] < 0.0005 * RUNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tails_are_those_of_the_tables),
        cmocka_unit_test(thin_bins_are_put_together),
        cmocka_unit_test(what_does_not_follow_is_found),
        cmocka_unit_test(false_alarms_are_as_rare_as_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
