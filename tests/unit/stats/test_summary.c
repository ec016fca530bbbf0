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
                              .ok = 9000,
                              .errors = 1000,
                              .hits = 3,
                              .misses = 1,
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
    const struct summary no_time = {.ok = 5};
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
    const struct summary good = {.sent = 5, .ok = 5, .misses = 5, .connects = 5, .pushes = 5};
    const struct summary error = {.ok = 5, .errors = 1}, lost = {.ok = 5, .lost = 1};
    const struct summary unfinished = {.ok = 5, .unfinished = 1};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_are_what_they_say),
        cmocka_unit_test(ratios_of_nothing_are_zero),
        cmocka_unit_test(failure_is_an_error_a_loss_or_a_missing_answer),
        cmocka_unit_test(free_leaves_nothing_to_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
