// SPDX-License-Identifier: MIT
#include "report/parts/unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void the_unit_follows_the_typical_latency(void **state)
{
    (void)state;
    assert_string_equal(unit_for(0)->name, "ns");
    assert_string_equal(unit_for(999)->name, "ns");
    assert_string_equal(unit_for(1000)->name, "µs");
    assert_string_equal(unit_for(99999)->name, "µs");
    assert_string_equal(unit_for(100000)->name, "ms");
    assert_string_equal(unit_for(UINT64_C(9999999999))->name, "ms");
    assert_string_equal(unit_for(UINT64_C(10000000000))->name, "s");
    assert_string_equal(unit_for(UINT64_MAX)->name, "s");
}

static void seconds_always_say_something(void **state)
{
    (void)state;
    char text[UNIT_TEXT];
    assert_string_equal(unit_seconds(890000000, text), "0.89");
    assert_string_equal(unit_seconds(UINT64_C(3600000000000), text), "3600.00");
    assert_string_equal(unit_seconds(10000000, text), "0.01");
    assert_string_equal(unit_seconds(9990000, text), "0.0100");
    assert_string_equal(unit_seconds(4210000, text), "0.0042");
    assert_string_equal(unit_seconds(1, text), "0.0000000010");
    assert_string_equal(unit_seconds(0, text), "0.00");
    assert_string_equal(unit_seconds(UINT64_MAX, text), "18446744073.71");
}

static void latencies_have_three_digits(void **state)
{
    (void)state;
    char text[UNIT_TEXT];
    const struct unit *ms = unit_for(1000000);
    const struct {
        double ns;
        const char *text;
    } cases[] = {{250000, "0.250"}, {999499, "0.999"},     {999500, "1.00"},
                 {9994999, "9.99"}, {9995000, "10.0"},     {99950000, "100"},
                 {0, "0.000"},      {1234567890, "1,235"}, {1e13, "10,000,000"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(unit_value(ms, cases[i].ns, text), cases[i].text);
    assert_string_equal(unit_value(unit_for(12), 12, text), "12");
    assert_string_equal(unit_latency(ms, 250000, true, text), ">=0.250");
    assert_string_equal(unit_for_line(28000, 900000)->name, "µs");
    assert_string_equal(unit_for_line(28000, 57000000)->name, "ms");
    assert_string_equal(unit_rps(0.25, text), "0.25");
    assert_string_equal(unit_rps(12345.6, text), "12,346");
}

// Nor has what is rounded up to a thousand another form than a thousand.
static void thousands_are_set_apart_from_the_first_on(void **state)
{
    (void)state;
    char text[UNIT_TEXT];
    const struct unit *ms = unit_for(1000000);
    assert_string_equal(unit_value(ms, 999.4e6, text), "999");
    assert_string_equal(unit_value(ms, 999.6e6, text), "1,000");
    assert_string_equal(unit_figure(999.94, 1, text), "999.9");
    assert_string_equal(unit_figure(999.96, 1, text), "1,000");
    assert_string_equal(unit_figure(1000, 1, text), "1,000");
    assert_string_equal(unit_figure(1e15, 3, text), "1,000,000,000,000,000");
    assert_string_equal(unit_figure(0, 2, text), "0.00");
    assert_string_equal(unit_rps(999.94, text), "999.9");
    assert_string_equal(unit_rps(999.96, text), "1,000");
    assert_string_equal(unit_rps(0, text), "0");
}

static void rates_choose_between_two_units(void **state)
{
    (void)state;
    char text[UNIT_TEXT];
    assert_string_equal(unit_rate(12.31e6, text), "12.31 MB/s");
    assert_string_equal(unit_rate(1e5, text), "0.10 MB/s");
    assert_string_equal(unit_rate(4.1e3, text), "4.10 kB/s");
    assert_string_equal(unit_rate(0, text), "0.00 kB/s");
}

static void ratios_have_no_exponent(void **state)
{
    static const struct {
        double x;
        const char *text;
    } table[] = {{1, "1.000"},      {0.97, "0.970"},   {0.1, "0.100"},    {0.0123456, "0.0123"},
                 {1e-6, "<0.001"},  {9.9991, "9.999"}, {9.9996, "10.00"}, {12.3456, "12.35"},
                 {348.12, "348.1"}, {999.97, "1,000"}, {1234.5, "1,235"}, {1e40, "1,000,000,000,000,000"}};
    char text[UNIT_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(unit_ratio(table[i].x, text), table[i].text);
}

static void percentages_are_rounded_down(void **state)
{
    (void)state;
    char text[UNIT_TEXT];
    assert_string_equal(unit_percent(1, 3, 2, text), "33.33");
    assert_string_equal(unit_percent(2, 3, 2, text), "66.66");
    assert_string_equal(unit_percent(99999, 100000, 2, text), "99.99");
    assert_string_equal(unit_percent(99999, 100000, 1, text), "99.9");
    assert_string_equal(unit_percent(UINT64_MAX - 1, UINT64_MAX, 2, text), "99.99");
    assert_string_equal(unit_percent(100000, 100000, 2, text), "100.00");
    assert_string_equal(unit_percent(0, 5, 2, text), "0.00");
    assert_string_equal(unit_percent(0, 0, 2, text), "0.00");
}

static void arrivals_say_what_is_due_together(void **state)
{
    (void)state;
    char text[UNIT_TEXT];
    assert_string_equal(unit_arrivals("poisson", 1, text), "poisson");
    assert_string_equal(unit_arrivals("poisson", 16, text), "poisson, batches of 16");
    assert_string_equal(unit_arrivals("constant", 1000000, text), "constant, batches of 1000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrivals_say_what_is_due_together),
        cmocka_unit_test(the_unit_follows_the_typical_latency),
        cmocka_unit_test(seconds_always_say_something),
        cmocka_unit_test(latencies_have_three_digits),
        cmocka_unit_test(thousands_are_set_apart_from_the_first_on),
        cmocka_unit_test(rates_choose_between_two_units),
        cmocka_unit_test(ratios_have_no_exponent),
        cmocka_unit_test(percentages_are_rounded_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
