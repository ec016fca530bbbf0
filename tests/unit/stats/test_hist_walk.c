// SPDX-License-Identifier: MIT
// The walks over a histogram (stats/hist.h).
#include "stats/hist.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

struct seen {
    struct hist_step steps[64];
    int n;
    int stop_after; // 0: never
};

static bool see(void *ctx, const struct hist_step *step)
{
    struct seen *seen = ctx;
    assert_true(seen->n < 64);
    seen->steps[seen->n++] = *step;
    return seen->n != seen->stop_after;
}

static void assert_step(const struct hist_step *step, double percentile, uint64_t ns, uint64_t cumulative)
{
    assert_true(fabs(step->percentile - percentile) < 1e-9);
    assert_int_equal(step->ns, ns);
    assert_int_equal(step->cumulative, cumulative);
}

static void percentiles_halve_the_distance(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    struct seen seen = {0};
    for (unsigned i = 1; i <= 16; i++)
        hist_record(h, i, 1);
    hist_walk_percentiles(h, 1, see, &seen);
    assert_int_equal(seen.n, 7);
    assert_step(&seen.steps[0], 0, 1, 1);
    assert_step(&seen.steps[1], 50, 8, 8);
    assert_step(&seen.steps[2], 75, 12, 12);
    assert_step(&seen.steps[3], 87.5, 14, 14);
    assert_step(&seen.steps[4], 93.75, 15, 15);
    assert_step(&seen.steps[5], 96.875, 16, 16);
    assert_step(&seen.steps[6], 100, 16, 16);
    hist_free(h);
}

static void a_crowded_bucket_is_seen_at_each_percentile(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    struct seen seen = {0};
    hist_record(h, 10, 80);
    hist_record(h, 20, 20);
    hist_walk_percentiles(h, 1, see, &seen);
    assert_int_equal(seen.n, 5);
    assert_step(&seen.steps[0], 0, 10, 80);
    assert_step(&seen.steps[1], 50, 10, 80);
    assert_step(&seen.steps[2], 75, 10, 80);
    assert_step(&seen.steps[3], 87.5, 20, 100);
    assert_step(&seen.steps[4], 100, 20, 100);
    hist_free(h);
}

static void ticks_divide_each_half(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    struct seen seen = {0};
    for (unsigned i = 1; i <= 100; i++)
        hist_record(h, i, 1);
    hist_walk_percentiles(h, 2, see, &seen);
    const double expected[] = {0, 25, 50, 62.5, 75, 81.25, 87.5};
    for (int i = 0; i < 7; i++)
        assert_step(&seen.steps[i], expected[i], i ? (uint64_t)ceil(expected[i]) : 1,
                    i ? (uint64_t)ceil(expected[i]) : 1);
    assert_step(&seen.steps[seen.n - 1], 100, 100, 100);
    hist_free(h);
}

static void percentiles_of_few_and_of_none(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    struct seen none = {0}, one = {0}, beyond = {0};
    hist_walk_percentiles(h, 1, see, &none);
    assert_int_equal(none.n, 1);
    assert_step(&none.steps[0], 100, 0, 0);
    hist_record(h, 42, 1);
    hist_walk_percentiles(h, 1, see, &one);
    assert_int_equal(one.n, 2);
    assert_step(&one.steps[0], 0, 42, 1);
    assert_step(&one.steps[1], 100, 42, 1);
    hist_record(h, 2 * HIST_TOP_NS, 1);
    hist_walk_percentiles(h, 1, see, &beyond);
    assert_int_equal(beyond.n, 4);
    assert_step(&beyond.steps[1], 50, 42, 1);
    assert_step(&beyond.steps[2], 75, 2 * HIST_TOP_NS, 2);
    assert_step(&beyond.steps[3], 100, 2 * HIST_TOP_NS, 2);
    hist_free(h);
}

static void percentiles_end_however_many_values_there_are(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    struct seen seen = {0};
    hist_record(h, 10, UINT64_C(1) << 61);
    hist_record(h, 20, 1);
    hist_walk_percentiles(h, 1, see, &seen);
    assert_step(&seen.steps[seen.n - 1], 100, 20, (UINT64_C(1) << 61) + 1);
    hist_free(h);
}

static uint64_t by_1000(uint64_t edge)
{
    return edge + 1000;
}

static uint64_t by_hour(uint64_t edge)
{
    return edge + HIST_TOP_NS;
}

static void linear_walk_shows_every_edge(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    struct seen seen = {0};
    hist_record(h, 1000, 2);
    hist_record(h, 1001, 1);
    hist_record(h, 3500, 1);
    hist_walk_linear(h, by_1000, see, &seen);
    assert_int_equal(seen.n, 4);
    assert_step(&seen.steps[0], 50, 1000, 2);
    assert_step(&seen.steps[1], 75, 2000, 3);
    assert_step(&seen.steps[2], 75, 3000, 3);
    assert_step(&seen.steps[3], 100, 4000, 4);
    hist_free(h);
}

static void linear_walk_ends_beyond_the_top(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    struct seen none = {0}, seen = {0};
    hist_walk_linear(h, by_1000, see, &none);
    assert_int_equal(none.n, 0);
    hist_record(h, 1000, 1);
    hist_record(h, UINT64_MAX, 1);
    hist_walk_linear(h, by_hour, see, &seen);
    assert_int_equal(seen.n, 2);
    assert_step(&seen.steps[0], 50, HIST_TOP_NS, 1);
    assert_step(&seen.steps[1], 100, UINT64_MAX, 2);
    hist_free(h);
}

static void walks_stop_when_told(void **state)
{
    (void)state;
    struct hist *h = hist_new(3);
    struct seen first = {.stop_after = 1}, second = {.stop_after = 2};
    hist_record(h, 2500, 1);
    hist_walk_percentiles(h, 1, see, &first);
    assert_int_equal(first.n, 1);
    hist_walk_linear(h, by_1000, see, &second);
    assert_int_equal(second.n, 2);
    hist_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_halve_the_distance),
        cmocka_unit_test(a_crowded_bucket_is_seen_at_each_percentile),
        cmocka_unit_test(ticks_divide_each_half),
        cmocka_unit_test(percentiles_of_few_and_of_none),
        cmocka_unit_test(percentiles_end_however_many_values_there_are),
        cmocka_unit_test(linear_walk_shows_every_edge),
        cmocka_unit_test(linear_walk_ends_beyond_the_top),
        cmocka_unit_test(walks_stop_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
