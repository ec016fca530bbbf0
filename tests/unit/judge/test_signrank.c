// SPDX-License-Identifier: MIT
#include "judge/signrank.h"

#include "base/rng.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static double p_of(const double *d, unsigned n)
{
    double p;
    assert_int_equal(signrank_p(d, n, &p), 0);
    assert_true(p > 0 && p <= 1);
    return p;
}

// Wilcoxon's table for 2.5 % on each side, as every textbook has it.
static void critical_values_are_those_of_the_table(void **state)
{
    (void)state;
    const int table[] = {-1, -1, -1, -1, -1, -1, 0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 29, 34, 40, 46, 52};
    for (unsigned n = 1; n <= 20; n++)
        assert_int_equal(signrank_critical(n, 0.025), table[n]);
    assert_int_equal(signrank_critical(25, 0.025), 89);
    assert_int_equal(signrank_critical(30, 0.025), 137);
    assert_int_equal(signrank_critical(50, 0.025), 434);
    assert_int_equal(signrank_critical(10, 0.05), 10);
    assert_int_equal(signrank_critical(10, 0.005), 3);
    assert_int_equal(signrank_critical(20, 0.005), 37);
}

// Against all 2^n sets of ranks, counted one by one.
static void critical_values_are_those_of_all_patterns(void **state)
{
    (void)state;
    const double tails[] = {0.0001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25};
    for (unsigned n = 1; n <= 12; n++) {
        unsigned count[79] = {0};
        for (unsigned set = 0; set < 1U << n; set++) {
            unsigned sum = 0;
            for (unsigned i = 0; i < n; i++)
                sum += set >> i & 1 ? i + 1 : 0;
            count[sum]++;
        }
        for (unsigned k = 0; k < sizeof tails / sizeof *tails; k++) {
            int c = -1;
            for (unsigned sum = count[0]; sum <= tails[k] * (1U << n); sum += count[c + 1])
                c++;
            assert_int_equal(signrank_critical(n, tails[k]), c);
        }
    }
}

// Far from any table: the normal approximation is within a rank or two of the exact value at 64.
static void critical_values_of_many_are_about_normal(void **state)
{
    (void)state;
    double mean = 64 * 65 / 4.0, deviation = sqrt(64 * 65 * 129 / 24.0);
    assert_true(fabs(signrank_critical(SIGNRANK_MAX, 0.025) - (mean - 1.96 * deviation)) < 2);
    assert_int_equal(signrank_critical(3, 1), 6);
    assert_int_equal(signrank_critical(SIGNRANK_MAX, 0), -1);
}

// Twice the mid-rank among all sizes, zeros among them, by the definition.
static unsigned rank_of(const double *d, unsigned n, unsigned of)
{
    unsigned rank = 1;
    for (unsigned i = 0; i < n; i++)
        rank += fabs(d[i]) < fabs(d[of]) ? 2 : fabs(d[i]) == fabs(d[of]);
    return rank;
}

// The share of sign patterns at least as far from the middle as the one there is.
static double enumerated(const double *d, unsigned n)
{
    unsigned ranks[12], m = 0, total = 0, seen = 0, as_far = 0;
    for (unsigned i = 0; i < n; i++) {
        if (d[i] == 0)
            continue;
        ranks[m] = rank_of(d, n, i);
        total += ranks[m];
        seen += d[i] > 0 ? ranks[m] : 0;
        m++;
    }
    for (unsigned set = 0; set < 1U << m; set++) {
        unsigned sum = 0;
        for (unsigned i = 0; i < m; i++)
            sum += set >> i & 1 ? ranks[i] : 0;
        as_far += abs((int)(2 * sum) - (int)total) >= abs((int)(2 * seen) - (int)total);
    }
    return (double)as_far / (1U << m);
}

static void p_values_are_those_of_all_patterns(void **state)
{
    (void)state;
    struct rng rng = rng_init(5, 0);
    for (unsigned k = 0; k < 600; k++) {
        unsigned n = 1 + k % 12, kinds = 1 + k / 12 % 10; // few kinds: ties and zeros
        double d[12];
        for (unsigned i = 0; i < n; i++)
            d[i] = (double)rng_below(&rng, 2 * kinds + 1) - kinds;
        assert_true(fabs(p_of(d, n) - enumerated(d, n)) < 1e-12);
    }
}

// Darwin's maize, crossed against self-fertilised, in eighths of an inch (Fisher 1935): W- is 24 of 120 with
// one tie, p = .0413 by enumeration.
static void darwins_maize(void **state)
{
    (void)state;
    const double d[] = {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};
    assert_true(fabs(p_of(d, 15) - 0.0413) < 5e-5);
}

static void p_by_hand(void **state)
{
    (void)state;
    assert_true(p_of((const double[]){1, 2, 3, 4, 5, 6}, 6) == 2 / 64.0);
    assert_true(p_of((const double[]){-1, 2, 3, 4, 5, 6}, 6) == 4 / 64.0);
    assert_true(p_of((const double[]){0, 0, 0}, 3) == 1);
    assert_true(p_of((const double[]){-3}, 1) == 1);
    // Pratt: the zero has rank 1, the others 2 and 3, both positive: one pattern of four on each side.
    assert_true(p_of((const double[]){0, 5, 9}, 3) == 0.5);
    double d[SIGNRANK_MAX];
    for (unsigned i = 0; i < SIGNRANK_MAX; i++)
        d[i] = 1;
    assert_true(p_of(d, SIGNRANK_MAX) == 0x1p-63);
}

static void what_cannot_be_ranked_is_refused(void **state)
{
    (void)state;
    double d[SIGNRANK_MAX + 1] = {0}, p;
    assert_int_equal(signrank_p(d, 0, &p), -EINVAL);
    assert_int_equal(signrank_p(d, SIGNRANK_MAX + 1, &p), -EINVAL);
    d[1] = NAN;
    assert_int_equal(signrank_p(d, 2, &p), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(critical_values_are_those_of_the_table),
        cmocka_unit_test(critical_values_are_those_of_all_patterns),
        cmocka_unit_test(critical_values_of_many_are_about_normal),
        cmocka_unit_test(p_values_are_those_of_all_patterns),
        cmocka_unit_test(darwins_maize),
        cmocka_unit_test(p_by_hand),
        cmocka_unit_test(what_cannot_be_ranked_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
