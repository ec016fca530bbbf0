// SPDX-License-Identifier: MIT
#include "stats/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void ratios_are_what_they_say(void **state)
{
    (void)state;
    const struct summary s = {.wall_ns = 500000000,
                              .counts.ok = 9000,
                              .counts.errors = 1000,
                              .counts.hits = 3,
                              .counts.misses = 1,
                              .user_s = 0.03,
                              .system_s = 0.01};
    assert_int_equal(summary_answered(&s), 10000);
    assert_true(fabs(summary_rps(&s) - 20000) < 1e-6);
    assert_true(summary_hit_ratio(&s) == 0.75);
    assert_true(fabs(summary_cpu_us(&s) - 4) < 1e-9);
}

static void ratios_of_nothing_are_zero(void **state)
{
    (void)state;
    const struct summary nothing = {0};
    const struct summary no_answer = {.wall_ns = 1000, .user_s = 1};
    const struct summary no_time = {.counts.ok = 5};
    assert_true(summary_rps(&nothing) == 0);
    assert_true(summary_hit_ratio(&nothing) == 0);
    assert_true(summary_cpu_us(&nothing) == 0);
    assert_true(summary_rps(&no_answer) == 0);
    assert_true(summary_cpu_us(&no_answer) == 0);
    assert_true(summary_rps(&no_time) == 0);
}

static void failure_is_an_error_a_loss_or_a_missing_answer(void **state)
{
    (void)state;
    const struct summary good = {
        .counts.sent = 5, .counts.ok = 5, .counts.misses = 5, .counts.connects = 5, .counts.pushes = 5};
    const struct summary error = {.counts.ok = 5, .counts.errors = 1}, lost = {.counts.ok = 5, .lost = 1};
    const struct summary unfinished = {.counts.ok = 5, .counts.abandoned = 1};
    assert_false(summary_failed(&good));
    assert_true(summary_failed(&error));
    assert_true(summary_failed(&lost));
    assert_true(summary_failed(&unfinished));
}

static void free_leaves_nothing_to_free(void **state)
{
    (void)state;
    struct summary s = {.latency = hist_new(3), .shares = calloc(2, sizeof *s.shares)};
    summary_free(&s);
    assert_null(s.latency);
    assert_null(s.shares);
    summary_free(&s);
}

// Half of the run at 1 us, then half at 5 us, and one answer in a hundred at 9 us throughout: p50 hangs on
// when the level changed, and nothing above it is known better, however even it looks.
static void no_quantile_is_sound_above_one_that_is_not(void **state)
{
    (void)state;
    struct recorder rec;
    struct summary s = {.wall_ns = 2000};
    assert_int_equal(recorder_init(&rec, 3, false), 0);
    assert_int_equal(series_init(&s.series, &rec, 100), 0);
    for (int i = 0; i < 20; i++) {
        recorder_ok(&rec, i < 11 ? 1000 : 5000, 99000);
        recorder_ok(&rec, 9000, 1000);
        assert_int_equal(series_mark(&s.series, &rec, 0), 0);
    }
    s.latency = rec.latency;
    summary_settle(&s);
    assert_true(s.quantiles[QUANTILE_P50].unstable && !s.quantiles[QUANTILE_P50].few);
    for (int i = 0; i < QUANTILES; i++)
        assert_false(quantile_sound(&s.quantiles[i]));
    assert_true(s.quantiles[QUANTILE_P999].unstable);
    recorder_free(&rec);
    s.latency = NULL;
    summary_free(&s);
}

// 50 clients whose requests take 1 to 2 ms, 10000 of them answered; what is under way at the end is `at_ns`
// old, one by one up to `to_ns`.
static struct summary ended(enum ending ending, uint64_t at_ns, uint64_t to_ns, uint64_t outlier_ns)
{
    struct summary s = {
        .ending = ending, .counts.abandoned = 50, .latency = hist_new(3), .wall_ns = 300000000};
    struct hist *unfinished = hist_new(3);
    for (uint64_t i = 0; i < 10000; i++)
        hist_record(s.latency, 1000000 + 100 * i, 1);
    if (outlier_ns)
        hist_record(s.latency, outlier_ns, 1);
    for (uint64_t i = 0; i < 50; i++)
        hist_record(unfinished, at_ns + (to_ns - at_ns) * i / 50, 1);
    summary_take_unfinished(&s, unfinished);
    summary_settle(&s);
    return s;
}

static void assert_counted(struct summary s, bool counted)
{
    assert_int_equal(s.bounded != NULL, counted);
    assert_int_equal(s.in_flight, counted ? 0 : 50);
    assert_int_equal(s.quantiles[QUANTILE_P9999].at_least, counted);
    summary_free(&s);
}

static void what_was_in_flight_at_an_interrupt_is_no_doubt(void **state)
{
    (void)state;
    assert_counted(ended(ENDING_INTERRUPTED, 1000, 1500000, 0), false);
    assert_counted(ended(ENDING_DONE, 1000, 1500000, 0), true);
    assert_counted(ended(ENDING_LOST, 1000, 1500000, 0), true);
}

// A server that had stopped to answer before: the user's signal does not hide it, nor does one slow answer
// before.
static void what_was_overdue_at_an_interrupt_counts(void **state)
{
    (void)state;
    for (int slow = 0; slow < 2; slow++) {
        struct summary s = ended(ENDING_INTERRUPTED, 100000000, 150000000, slow ? 200000000 : 0);
        assert_non_null(s.bounded);
        assert_true(s.in_flight == 0 && s.quantiles[QUANTILE_P9999].at_least &&
                    !s.quantiles[QUANTILE_P50].at_least);
        summary_free(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_are_what_they_say),
        cmocka_unit_test(ratios_of_nothing_are_zero),
        cmocka_unit_test(failure_is_an_error_a_loss_or_a_missing_answer),
        cmocka_unit_test(free_leaves_nothing_to_free),
        cmocka_unit_test(no_quantile_is_sound_above_one_that_is_not),
        cmocka_unit_test(what_was_in_flight_at_an_interrupt_is_no_doubt),
        cmocka_unit_test(what_was_overdue_at_an_interrupt_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
