// SPDX-License-Identifier: MIT
#include "base/units.h"

#include "base/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct known {
    const char *text;
    int rc;
    uint64_t value;
};

#define LEN(a) (sizeof(a) / sizeof *(a))

static void counts(void **state)
{
    static const struct known table[] = {
        {"0", 0, 0},
        {"1500", 0, 1500},
        {"007", 0, 7},
        {"10k", 0, 10000},
        {"10K", 0, 10000},
        {"1.5M", 0, 1500000},
        {"2G", 0, 2000000000},
        {"1Ki", 0, 1024},
        {"4Mi", 0, 4194304},
        {"1Gi", 0, 1073741824},
        {"1.5k", 0, 1500},
        {"0.5Ki", 0, 512},
        {"1.0", 0, 1},
        {"1.50000000000000000000000k", 0, 1500},
        {"18446744073709551615", 0, UINT64_MAX},
        {"18446744073.709551615G", 0, UINT64_MAX},
        {"18446744073709551616", -ERANGE, 0},
        {"18446744073.709551616G", -ERANGE, 0},
        {"99999999999999999999999999", -ERANGE, 0},
        {"17179869184Gi", -ERANGE, 0},
        {"17179869183Gi", 0, UINT64_C(17179869183) << 30},
        {"1.5", -EINVAL, 0},
        {"1.2345k", -EINVAL, 0},
        {"1.0000000000000000000000001k", -EINVAL, 0},
        {"", -EINVAL, 0},
        {"k", -EINVAL, 0},
        {"-1", -EINVAL, 0},
        {"+1", -EINVAL, 0},
        {" 1", -EINVAL, 0},
        {"1 ", -EINVAL, 0},
        {"1 k", -EINVAL, 0},
        {"1.", -EINVAL, 0},
        {".5k", -EINVAL, 0},
        {"1..5k", -EINVAL, 0},
        {"1e3", 0, 1000},
        {"1.5E6", 0, 1500000},
        {"1e0", 0, 1},
        {"1e", -EINVAL, 0},
        {"1e-3", -EINVAL, 0},
        {"1.5e0", -EINVAL, 0},
        {"1e19", -EINVAL, 0},
        {"1e3k", -EINVAL, 0},
        {"0x10", -EINVAL, 0},
        {"1kk", -EINVAL, 0},
        {"1m", -EINVAL, 0},
        {"1B", -EINVAL, 0},
        {"99999999999999999999999999x", -EINVAL, 0},
    };
    (void)state;
    for (size_t i = 0; i < LEN(table); i++) {
        uint64_t v = 0;
        if (units_parse_count(table[i].text, &v) != table[i].rc || v != table[i].value)
            fail_msg("\"%s\" gave %llu", table[i].text, (unsigned long long)v);
    }
}

static void sizes(void **state)
{
    static const struct known table[] = {
        {"512", 0, 512},       {"512B", 0, 512},     {"64KiB", 0, 65536},    {"64Ki", 0, 65536},
        {"1MB", 0, 1000000},   {"1kB", 0, 1000},     {"1GiB", 0, 1 << 30},   {"1.5KiB", 0, 1536},
        {"1.5B", -EINVAL, 0},  {"B", -EINVAL, 0},    {"1BB", -EINVAL, 0},    {"1KiBB", -EINVAL, 0},
        {"-1KiB", -EINVAL, 0}, {"1KIB", -EINVAL, 0}, {"1bytes", -EINVAL, 0}, {"99999999999GB", -ERANGE, 0},
    };
    (void)state;
    for (size_t i = 0; i < LEN(table); i++) {
        uint64_t v = 0;
        if (units_parse_bytes(table[i].text, &v) != table[i].rc || v != table[i].value)
            fail_msg("\"%s\" gave %llu", table[i].text, (unsigned long long)v);
    }
}

static void durations(void **state)
{
    static const struct known table[] = {
        {"30s", 0, 30 * NS_PER_S},
        {"250us", 0, 250000},
        {"1.5ms", 0, 1500000},
        {"100ns", 0, 100},
        {"2m", 0, 120 * NS_PER_S},
        {"1h", 0, 3600 * NS_PER_S},
        {"5", 0, 5 * NS_PER_S},
        {"0.25", 0, NS_PER_S / 4},
        {"0", 0, 0},
        {"1.5h", 0, 5400 * NS_PER_S},
        {"0.000000001", 0, 1},
        {"0.0000000001", -EINVAL, 0},
        {"1.5ns", -EINVAL, 0},
        {"-1s", -EINVAL, 0},
        {"s", -EINVAL, 0},
        {"1sec", -EINVAL, 0},
        {"1 s", -EINVAL, 0},
        {"9999999h", -ERANGE, 0},
    };
    (void)state;
    for (size_t i = 0; i < LEN(table); i++) {
        uint64_t v = 0;
        if (units_parse_duration(table[i].text, NS_PER_S, &v) != table[i].rc || v != table[i].value)
            fail_msg("\"%s\" gave %llu", table[i].text, (unsigned long long)v);
    }
    uint64_t v;
    assert_int_equal(units_parse_duration("7", NS_PER_MS, &v), 0);
    assert_int_equal(v, 7 * NS_PER_MS);
    assert_int_equal(units_parse_duration("7s", NS_PER_MS, &v), 0);
    assert_int_equal(v, 7 * NS_PER_S);
}

static void rates(void **state)
{
    double v = -1;
    (void)state;
    assert_int_equal(units_parse_rate("1000", &v), 0);
    assert_true(v == 1000);
    assert_int_equal(units_parse_rate("2.5k", &v), 0);
    assert_true(v == 2500);
    assert_int_equal(units_parse_rate("0.1", &v), 0);
    assert_true(v == 0.1);
    assert_int_equal(units_parse_rate("0", &v), 0);
    assert_true(v == 0);
    assert_int_equal(units_parse_rate("1Ki", &v), 0);
    assert_true(v == 1024);
    static const char *const refused[] = {"", "-1", "nan", "inf", "1e", "1e-3", "1,5", "0.1 ", "1/s"};
    for (size_t i = 0; i < LEN(refused); i++)
        if (units_parse_rate(refused[i], &v) != -EINVAL)
            fail_msg("\"%s\" is no rate", refused[i]);
    assert_int_equal(units_parse_rate("99999999999999999999", &v), -ERANGE);
}

static void decimals(void **state)
{
    static const struct {
        const char *text;
        double value;
        const char *rest; // NULL: it is none
    } all[] = {
        {"0", 0, ""},
        {"5%", 5, "%"},
        {"0.25:3", 0.25, ":3"},
        {".5", 0, NULL},
        {"1e-3", 0.001, ""},
        {"2E2x", 200, "x"},
        {"12.", 12, "."},
        {"3e", 3, "e"},
        {"0x5", 0, "x5"},
        {"1.5.2", 1.5, ".2"},
        {"5p2", 5, "p2"},
        {"1e+", 1, "e+"},
        {"007", 7, ""},
        {"1e999", 0, NULL},
        {"inf", 0, NULL},
        {"nan", 0, NULL},
        {"-1", 0, NULL},
        {"+1", 0, NULL},
        {" 1", 0, NULL},
        {"", 0, NULL},
        {".", 0, NULL},
        {"e5", 0, NULL},
        {"infinity", 0, NULL},
        {"1000000000000000000000000000000000000000000000000000000000000000", 0,
         NULL}, // longer than any that is meant
    };
    (void)state;
    for (size_t i = 0; i < LEN(all); i++) {
        double v = -1;
        const char *rest = units_decimal(all[i].text, &v);
        bool right = all[i].rest ? rest && strcmp(rest, all[i].rest) == 0 && v == all[i].value : !rest;
        if (!right)
            fail_msg("\"%s\" gave %g and \"%s\"", all[i].text, v, rest ? rest : "NULL");
    }
}

static void durations_written(void **state)
{
    static const struct known table[] = {
        {"0ns", 0, 0},
        {"850ns", 0, 850},
        {"999ns", 0, 999},
        {"1.00µs", 0, 1000},
        {"1.20µs", 0, 1204},
        {"9.99µs", 0, 9994},
        {"10.0µs", 0, 9996},
        {"99.9µs", 0, 99949},
        {"100µs", 0, 99951},
        {"999µs", 0, 999499},
        {"1.00ms", 0, 999500},
        {"44.0ms", 0, 44 * NS_PER_MS},
        {"1.20s", 0, 1200 * NS_PER_MS},
        {"30.0s", 0, 30 * NS_PER_S},
        {"61.0s", 0, 61 * NS_PER_S},
        {"2m", 0, 120 * NS_PER_S},
        {"90m", 0, 5400 * NS_PER_S},
        {"2h", 0, 7200 * NS_PER_S},
        {"5124095h", 0, UINT64_C(5124095) * 3600 * NS_PER_S},
    };
    char text[UNITS_TEXT];
    (void)state;
    for (size_t i = 0; i < LEN(table); i++)
        assert_string_equal(units_duration(table[i].value, text), table[i].text);
    assert_true(strlen(units_duration(UINT64_MAX, text)) < UNITS_TEXT);
}

static void sizes_written(void **state)
{
    static const struct {
        double bytes;
        const char *text;
    } table[] = {
        {0, "0 B"},           {512, "512 B"},       {999.4, "999 B"},      {999.6, "1.00 kB"},
        {1000, "1.00 kB"},    {1250000, "1.25 MB"}, {12345678, "12.3 MB"}, {999499, "999 kB"},
        {999500, "1.00 MB"},  {5e9, "5.00 GB"},     {2e12, "2.00 TB"},     {3e15, "3.00 PB"},
        {18.4e18, "18.4 EB"},
    };
    char text[UNITS_TEXT];
    (void)state;
    for (size_t i = 0; i < LEN(table); i++)
        assert_string_equal(units_bytes(table[i].bytes, text), table[i].text);
}

static void counts_written(void **state)
{
    char text[UNITS_TEXT];
    (void)state;
    assert_string_equal(units_count(0, text), "0");
    assert_string_equal(units_count(999, text), "999");
    assert_string_equal(units_count(1000, text), "1,000");
    assert_string_equal(units_count(12345, text), "12,345");
    assert_string_equal(units_count(1234567, text), "1,234,567");
    assert_string_equal(units_count(UINT64_MAX, text), "18,446,744,073,709,551,615");
}

static void figures_written(void **state)
{
    static const struct {
        double x;
        const char *text;
    } table[] = {
        {0, "0"},
        {0.001, "0.001"},
        {1.5, "1.5"},
        {49.8765, "49.88"},
        {200, "200"},
        {663.325, "663.3"},
        {999.94, "999.9"},
        {999.96, "1000"},
        {1234.5678, "1235"},
        {2e6, "2000000"},
        {999999999999, "999999999999"},
    };
    char text[UNITS_TEXT];
    (void)state;
    for (size_t i = 0; i < LEN(table); i++)
        assert_string_equal(units_figure(table[i].x, text), table[i].text);
    assert_true(strlen(units_figure(1e25, text)) < UNITS_TEXT);
}

// Never "1e+03": a comparison may well have half an hour.
static void seconds_have_no_exponent(void **state)
{
    static const struct {
        double x;
        const char *text;
    } table[] = {{0, "0"},        {0.0123456, "0.0123"}, {1, "1"},       {41.23, "41.2"},  {99.96, "100"},
                 {999.49, "999"}, {999.5, "1000"},       {1000, "1000"}, {1800.4, "1800"}, {86400, "86400"}};
    char text[UNITS_TEXT];
    (void)state;
    for (size_t i = 0; i < LEN(table); i++)
        assert_string_equal(units_seconds(table[i].x, text), table[i].text);
    assert_string_equal(UNITS_SECONDS(1234567), "1234567");
}

static void rates_have_no_exponent(void **state)
{
    static const struct {
        double x;
        const char *text;
    } table[] = {
        {0, "0"},          {0.5, "0.5"},      {0.00001234, "0.000012340"}, {663.325, "663.3"},
        {999.94, "999.9"}, {999.96, "1,000"}, {12345.4, "12,345"},         {1e300, "1,000,000,000,000,000"}};
    char text[UNITS_TEXT];
    (void)state;
    for (size_t i = 0; i < LEN(table); i++)
        assert_string_equal(units_rate(table[i].x, text), table[i].text);
    assert_string_equal(UNITS_RATE(70179), "70,179");
}

static void three_digits_have_no_exponent(void **state)
{
    static const struct {
        double x;
        const char *text;
    } table[] = {{0, "0"},
                 {1e-9, "<0.001"},
                 {0.001, "0.001"},
                 {0.0512345, "0.0512"},
                 {2, "2"},
                 {25.34, "25.3"},
                 {999.49, "999"},
                 {999.5, "1,000"},
                 {12345.6, "12,346"},
                 {1e300, "1,000,000,000,000,000"}};
    char text[UNITS_TEXT];
    (void)state;
    for (size_t i = 0; i < LEN(table); i++)
        assert_string_equal(units_digits(table[i].x, text), table[i].text);
    assert_string_equal(UNITS_DIGITS(348), "348");
}

static void moments_are_read(void **state)
{
    (void)state;
    uint64_t ns;
    assert_int_equal(units_parse_moment("1700000000", &ns), 0);
    assert_true(ns == UINT64_C(1700000000000000000));
    assert_int_equal(units_parse_moment("1700000000.25", &ns), 0);
    assert_true(ns == UINT64_C(1700000000250000000));
    assert_int_equal(units_parse_moment("2023-11-14T22:13:20Z", &ns), 0);
    assert_true(ns == UINT64_C(1700000000000000000));
    assert_int_equal(units_parse_moment("2023-11-14T22:13:20.5Z", &ns), 0);
    assert_true(ns == UINT64_C(1700000000500000000));
    static const char *const wrong[] = {"",
                                        "now",
                                        "2023-11-14",
                                        "2023-11-14T22:13:20",
                                        "2023-11-14T22:13:20.Z",
                                        "2023-11-14T22:13:20Zz",
                                        "1700000000s",
                                        "-5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(units_parse_moment(wrong[i], &ns), -EINVAL);
    assert_int_equal(units_parse_moment("99999999999", &ns), -ERANGE);
}

static void moments(void **state)
{
    (void)state;
    char text[UNITS_TEXT];
    assert_string_equal(units_moment(0, text), "1970-01-01T00:00:00.000Z");
    assert_string_equal(units_moment(INT64_C(1700000000123), text), "2023-11-14T22:13:20.123Z");
}

static void time_is_told_as_people_do(void **state)
{
    (void)state;
    char text[UNITS_TEXT];
    assert_string_equal(units_left(0, text), "0s");
    assert_string_equal(units_left(41.5, text), "42s");
    assert_string_equal(units_left(618, text), "10m18s");
    assert_string_equal(units_left(3720, text), "1h02m");
    assert_string_equal(units_left(-1, text), "0s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(sizes),
        cmocka_unit_test(durations),
        cmocka_unit_test(rates),
        cmocka_unit_test(decimals),
        cmocka_unit_test(durations_written),
        cmocka_unit_test(sizes_written),
        cmocka_unit_test(counts_written),
        cmocka_unit_test(figures_written),
        cmocka_unit_test(moments),
        cmocka_unit_test(seconds_have_no_exponent),
        cmocka_unit_test(rates_have_no_exponent),
        cmocka_unit_test(three_digits_have_no_exponent),
        cmocka_unit_test(moments_are_read),
        cmocka_unit_test(time_is_told_as_people_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
