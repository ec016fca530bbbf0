// SPDX-License-Identifier: MIT
#include "judge/finding.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static enum finding find(double low, double high, double margin, double noise_floor)
{
    const struct estimate result = {.ratio = sqrt(low * high), .low = low, .high = high};
    return finding_of(&result, margin, noise_floor);
}

static void the_interval_decides(void **state)
{
    (void)state;
    assert_int_equal(find(1.02, 1.05, 0.01, 0), FINDING_HIGHER);
    assert_int_equal(find(0.90, 0.98, 0.01, 0), FINDING_LOWER);
    assert_int_equal(find(0.995, 1.006, 0.01, 0), FINDING_EQUIVALENT);
    assert_int_equal(find(1.002, 1.03, 0.01, 0), FINDING_DIFFERENT);
    assert_int_equal(find(0.95, 0.999, 0.01, 0), FINDING_DIFFERENT);
    assert_int_equal(find(0.97, 1.03, 0.01, 0), FINDING_UNCLEAR);
    assert_int_equal(find(0.5, 1.005, 0.01, 0), FINDING_UNCLEAR);
}

static void what_touches_the_margin_is_not_beyond_it(void **state)
{
    (void)state;
    assert_int_equal(find(1.25, 1.5, 0.25, 0), FINDING_DIFFERENT);
    assert_int_equal(find(0.5, 0.75, 0.25, 0), FINDING_DIFFERENT);
    assert_int_equal(find(0.75, 1.25, 0.25, 0), FINDING_EQUIVALENT);
    assert_int_equal(find(1, 1.5, 0.25, 0), FINDING_UNCLEAR);
}

static void a_difference_within_the_margin_is_equivalent(void **state)
{
    (void)state;
    assert_int_equal(find(1.002, 1.006, 0.01, 0), FINDING_EQUIVALENT);
}

static void without_a_margin_excluding_one_is_enough(void **state)
{
    (void)state;
    assert_int_equal(find(1.0001, 1.2, 0, 0), FINDING_HIGHER);
    assert_int_equal(find(0.8, 0.9999, 0, 0), FINDING_LOWER);
    assert_int_equal(find(0.9, 1.1, 0, 0), FINDING_UNCLEAR);
    assert_int_equal(find(1, 1, 0, 0), FINDING_EQUIVALENT);
}

static void nothing_is_claimed_below_the_noise_floor(void **state)
{
    (void)state;
    assert_int_equal(find(1.02, 1.04, 0.01, 0.05), FINDING_UNCLEAR);
    assert_int_equal(find(0.96, 0.98, 0.01, 0.05), FINDING_UNCLEAR);
    assert_int_equal(find(1.002, 1.03, 0.01, 0.05), FINDING_UNCLEAR);
    assert_int_equal(find(1.02, 1.04, 0.01, 0.02), FINDING_HIGHER);
    assert_int_equal(find(0.96, 0.98, 0.01, 0.02), FINDING_LOWER);
    // Two runs of one program differ by 2 %: that two programs are within 1 % cannot be known.
    assert_int_equal(find(0.999, 1.001, 0.01, 0.02), FINDING_UNCLEAR);
    assert_int_equal(find(0.999, 1.001, 0.03, 0.02), FINDING_EQUIVALENT);
}

static void findings_have_names(void **state)
{
    (void)state;
    assert_string_equal(finding_name(FINDING_UNCLEAR), "unclear");
    assert_string_equal(finding_name(FINDING_DIFFERENT), "different");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_decides),
        cmocka_unit_test(what_touches_the_margin_is_not_beyond_it),
        cmocka_unit_test(a_difference_within_the_margin_is_equivalent),
        cmocka_unit_test(without_a_margin_excluding_one_is_enough),
        cmocka_unit_test(nothing_is_claimed_below_the_noise_floor),
        cmocka_unit_test(findings_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
