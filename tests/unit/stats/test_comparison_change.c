// SPDX-License-Identifier: MIT
#include "stats/comparison_change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void is(double ratio, double low, double high, const char *words)
{
    char text[COMPARISON_CHANGE];
    struct contrast x = {.judged = true, .estimate = {.ratio = ratio, .low = low, .high = high}};
    assert_string_equal(comparison_change(&x, text), words);
}

static void at_least(double ratio, double bound, const char *words)
{
    char text[COMPARISON_CHANGE];
    struct contrast x = {
        .judged = true, .at_least = true, .bound = bound, .estimate = {.ratio = ratio, .low = ratio}};
    assert_string_equal(comparison_change(&x, text), words);
}

// The end that is nearer to no change comes first.
static void a_small_change_is_a_share(void **state)
{
    (void)state;
    is(1.1285, 1.125, 1.132, "12.5–13.2% higher");
    is(0.9, 0.88, 0.92, "8–12% lower");
    is(1.0002, 1.0001, 1.0003, "0.01–0.03% higher");
    is(0.5, 0.4, 0.6, "40–60% lower");
}

static void a_large_one_is_a_multiple(void **state)
{
    (void)state;
    is(2.5, 2, 3, "2–3× as high");
    is(2.5, 1.99, 3, "99–200% higher"); // it may be less than twice
    is(100, 90, 110, "90–110× as high");
    is(0.01, 0.009, 0.011, "98.9–99.1% lower"); // no multiple of less than one
}

static void what_the_client_held_back_is_a_bound(void **state)
{
    (void)state;
    at_least(1.3, 1.25, "at least 25% higher");
    at_least(2.5, 2.25, "at least 2.25× as high");
    at_least(0.5, 0.75, "at least 25% lower");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_change_is_a_share),
        cmocka_unit_test(a_large_one_is_a_multiple),
        cmocka_unit_test(what_the_client_held_back_is_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
