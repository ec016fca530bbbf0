// SPDX-License-Identifier: MIT
#include "load/zipf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "law.h"

#define DRAWS 300000

static void every_rank_by_its_weight(void **state)
{
    (void)state;
    static const double exponents[] = {0.001, 0.2, 0.5, 0.99, 0.9999, 1, 1.0001, 1.2, 2, 5};
    static const size_t sizes[] = {1, 2, 3, 50, 3000};
    for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            double weights[3000];
            unsigned seen[3000] = {0};
            struct rng rng = rng_init(11, i * 8 + k);
            struct zipf z = zipf_init(sizes[k], exponents[i]);
            for (size_t r = 0; r < sizes[k]; r++)
                weights[r] = pow((double)r + 1, -exponents[i]);
            for (int n = 0; n < DRAWS; n++) {
                uint64_t r = zipf_draw(&z, &rng);
                assert_true(r < sizes[k]);
                seen[r]++;
            }
            if (sizes[k] > 1)
                law_holds(weights, seen, sizes[k]);
        }
}

// The weight of ranks [from, to), from 0.
static double band(double from, double to, double s)
{
    double sum = 0;
    for (; from < to && from < 10000; from++)
        sum += pow(from + 1, -s);
    double a = from + 0.5, b = to + 0.5;
    if (from < to)
        sum += s == 1 ? log(b / a) : (pow(b, 1 - s) - pow(a, 1 - s)) / (1 - s);
    return sum;
}

// The last bands are of equal width, so that an error at the far end shows.
static void as_exact_over_billions(void **state)
{
    (void)state;
    static const double exponents[] = {0.3, 0.99, 1, 1.05};
    enum { BANDS = 40 };
    const double n = 1e10;
    for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++) {
        double weights[BANDS], edges[BANDS + 1];
        unsigned seen[BANDS] = {0};
        for (int b = 0; b < BANDS - 9; b++)
            edges[b] = floor(pow(10, 9.0 * b / (BANDS - 10)) - 1);
        for (int b = BANDS - 9; b <= BANDS; b++)
            edges[b] = n * (b - (BANDS - 10)) / 10;
        for (int b = 0; b < BANDS; b++)
            weights[b] = band(edges[b], edges[b + 1], exponents[i]);
        struct rng rng = rng_init(12, i);
        struct zipf z = zipf_init((uint64_t)n, exponents[i]);
        for (int k = 0; k < DRAWS; k++) {
            double r = (double)zipf_draw(&z, &rng);
            int b = 0;
            while (r >= edges[b + 1])
                b++;
            seen[b]++;
        }
        law_holds(weights, seen, BANDS);
    }
}

static void grows(void **state)
{
    (void)state;
    struct rng a = rng_init(1, 0), b = rng_init(1, 0);
    struct zipf grown = zipf_init(10, 0.99), large = zipf_init(1000, 0.99);
    zipf_resize(&grown, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(zipf_draw(&grown, &a), zipf_draw(&large, &b));
}

// A law that is not the one asked for is found out.
static void another_law_is_found_out(void **state)
{
    (void)state;
    enum { N = 100 };
    double weights[N], chi = 0;
    unsigned seen[N] = {0};
    struct rng rng = rng_init(13, 0);
    struct zipf z = zipf_init(N, 1.02);
    double all = 0;
    for (int r = 0; r < N; r++)
        all += weights[r] = pow(r + 1, -0.99);
    for (int n = 0; n < DRAWS; n++)
        seen[zipf_draw(&z, &rng)]++;
    for (int r = 0; r < N; r++) {
        double expected = weights[r] / all * DRAWS;
        chi += (seen[r] - expected) * (seen[r] - expected) / expected;
    }
    assert_true(chi > law_critical(N - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rank_by_its_weight),
        cmocka_unit_test(as_exact_over_billions),
        cmocka_unit_test(grows),
        cmocka_unit_test(another_law_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
