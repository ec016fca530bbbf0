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
    is(1200, 999.7, 12345.6, "1,000–12,346× as high");
    is(1.5, 1.000001, 12.5, "<0.001–1,150% higher");
}

static void what_the_client_held_back_is_a_bound(void **state)
{
    (void)state;
    at_least(1.3, 1.25, "at least 25% higher");
    at_least(2.5, 2.25, "at least 2.25× as high");
    at_least(0.5, 0.75, "at least 25% lower");
    at_least(5000, 1234.5, "at least 1,235× as high");
}

// A bound is an end of the interval beside it, or it was moved by what the client added.
static void what_a_change_is_by_is_told(void **state)
{
    (void)state;
    struct contrast x = {.judged = true, .estimate = {.ratio = 1.3, .low = 1.25, .high = 1.35}};
    assert_string_equal(comparison_change_by(&x), "95% CI");
    x.at_least = true;
    x.bound = 1.25;
    assert_string_equal(comparison_change_by(&x), "conservative end of the 95% CI");
    x.bound = 1.2;
    assert_string_equal(comparison_change_by(&x), "95% CI without the client's share");
    x.estimate = (struct estimate){.ratio = 0.8, .low = 0.75, .high = 0.85};
    x.bound = 0.85;
    assert_string_equal(comparison_change_by(&x), "conservative end of the 95% CI");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_change_is_a_share),
        cmocka_unit_test(a_large_one_is_a_multiple),
        cmocka_unit_test(what_the_client_held_back_is_a_bound),
        cmocka_unit_test(what_a_change_is_by_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
