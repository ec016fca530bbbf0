// SPDX-License-Identifier: MIT
#include "stats/assertion.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct err err;

static struct assertion parse(const char *text)
{
    struct assertion a;
    if (assertion_parse(text, &a, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    return a;
}

static void read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *test;
        enum metric metric;
        enum assertion_op op;
        double limit;
    } rows[] = {
        {"get.p99<1ms", "get", METRIC_P50 + QUANTILE_P99, ASSERT_LT, 1e6},
        {"get.p99.9<=250us", "get", METRIC_P50 + QUANTILE_P999, ASSERT_LE, 250e3},
        {"p99.99<1.5s", "", METRIC_P50 + QUANTILE_P9999, ASSERT_LT, 1.5e9},
        {"set.rps>100k", "set", METRIC_RPS, ASSERT_GT, 1e5},
        {"rps >= 2.5M", "", METRIC_RPS, ASSERT_GE, 2.5e6},
        {"errors==0", "", METRIC_ERRORS, ASSERT_EQ, 0},
        {"unfinished!=10k", "", METRIC_UNFINISHED, ASSERT_NE, 1e4},
        {"hits>99%", "", METRIC_HITS, ASSERT_GT, 0.99},
        {"kept>=0.5", "", METRIC_KEPT, ASSERT_GE, 0.5},
        {"lrange_100.cpu_us<1.5", "lrange_100", METRIC_CPU_US, ASSERT_LT, 1.5},
        {"cpu_us<2500ns", "", METRIC_CPU_US, ASSERT_LT, 2.5},
        {" min > 1ns ", "", METRIC_MIN, ASSERT_GT, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct assertion a = parse(rows[i].text);
        assert_true(slice_is(a.path.test, rows[i].test));
        assert_int_equal(a.path.metric, rows[i].metric);
        assert_int_equal(a.op, rows[i].op);
        assert_true(fabs(a.limit - rows[i].limit) < 1e-9);
    }
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shows;
    } rows[] = {
        {"", "such as get.p99<1ms"},
        {"get.p99", "such as get.p99<1ms"},
        {"get.p99=1ms", "such as get.p99<1ms"},
        {"get.p98<1ms", "got 'get.p98'"},
        {".p99<1ms", "TEST.METRIC such as get.p99"},
        {"<1ms", "expected METRIC or TEST.METRIC"},
        {"get.<1ms", "expected METRIC or TEST.METRIC"},
        {"get.p99<1", "e.g. 250us or 1ms, got '1'"},
        {"get.p99<", "e.g. 250us or 1ms, got ''"},
        {"get.p99<-1ms", "got '-1ms'"},
        {"get.p99<<1ms", "got '<1ms'"},
        {"rps>fast", "e.g. 100k, got 'fast'"},
        {"errors==0.5", "e.g. 0, got '0.5'"},
        {"hits>101%", "e.g. 99% or 0.99"},
        {"hits>2", "e.g. 99% or 0.99"},
        {"rps>11111111111111111111111111111111111111111111111111111111111111111111111111", "e.g. 100k"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct assertion a;
        assert_int_equal(assertion_parse(rows[i].text, &a, &err), -1);
        assert_int_equal(err.code, ERR_USAGE);
        if (!strstr(err.text, rows[i].shows))
            fail_msg("%s: %s", rows[i].text, err.text);
    }
}

static bool holds(const char *text, double value, bool at_least)
{
    struct assertion a = parse(text);
    return assertion_holds(&a, (struct figure){true, value, at_least});
}

static void exact_figures(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool below, at, above;
    } rows[] = {
        {"errors<5", true, false, false}, {"errors<=5", true, true, false},  {"errors>5", false, false, true},
        {"errors>=5", false, true, true}, {"errors==5", false, true, false}, {"errors!=5", true, false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(holds(rows[i].text, 4, false), rows[i].below);
        assert_int_equal(holds(rows[i].text, 5, false), rows[i].at);
        assert_int_equal(holds(rows[i].text, 6, false), rows[i].above);
    }
}

// The true value is 4 or more, 5 or more, 6 or more.
static void a_lower_bound_keeps_only_what_is_sure(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool below, at, above;
    } rows[] = {
        {"p99<5ns", false, false, false}, {"p99<=5ns", false, false, false}, {"p99>5ns", false, false, true},
        {"p99>=5ns", false, true, true},  {"p99==5ns", false, false, false}, {"p99!=5ns", false, false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(holds(rows[i].text, 4, true), rows[i].below);
        assert_int_equal(holds(rows[i].text, 5, true), rows[i].at);
        assert_int_equal(holds(rows[i].text, 6, true), rows[i].above);
    }
}

static void no_figure_keeps_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"errors<5",  "errors<=5", "errors>5",
                                        "errors>=5", "errors==0", "errors!=5"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct assertion a = parse(texts[i]);
        assert_false(assertion_holds(&a, (struct figure){0}));
    }
}

static void each_test_it_speaks_of_is_judged(void **state)
{
    (void)state;
    struct summary tests[] = {
        {.test = "set", .title = "SET", .wall_ns = 1000000000, .counts.ok = 100, .counts.errors = 3},
        {.test = "get",
         .title = "GET",
         .wall_ns = 1000000000,
         .counts.ok = 200,
         .reads = true,
         .counts.hits = 150,
         .counts.misses = 50},
        {.test = "mset", .title = "MSET", .ending = ENDING_SKIPPED},
    };
    struct assertion a[] = {parse("errors==0"),    parse("get.rps>150"),    parse("hits>=75%"),
                            parse("GET.hits>0.8"), parse("mset.errors==0"), parse("lpush.rps>1")};
    struct assertion_result r[18];
    char text[ASSERTION_TEXT];
    assert_int_equal(assertion_judge(a, 6, tests, 3, r), 7);
    static const struct {
        int of, test;
        bool held;
        const char *measured;
    } expected[] = {
        {0, 0, false, "3"},
        {0, 1, true, "0"},
        {1, 1, true, "200 req/s"},
        {2, 1, true, "75.00%"},
        {3, 1, false, "75.00%"},
        {4, -1, false, "not measured"},
        {5, -1, false, "not measured"},
    };
    for (size_t i = 0; i < 7; i++) {
        assert_ptr_equal(r[i].of, &a[expected[i].of]);
        assert_ptr_equal(r[i].test, expected[i].test < 0 ? NULL : &tests[expected[i].test]);
        assert_int_equal(r[i].held, expected[i].held);
        assert_string_equal(assertion_measured(&r[i], text), expected[i].measured);
    }
}

static void nothing_measured_keeps_nothing(void **state)
{
    (void)state;
    struct assertion a = parse("errors==0");
    struct assertion_result r;
    assert_int_equal(assertion_judge(&a, 1, NULL, 0, &r), 1);
    assert_false(r.held);
}

static void a_lower_bound_is_called_one(void **state)
{
    (void)state;
    struct assertion a = parse("p99<1s");
    struct summary s = {.test = "get"};
    struct assertion_result r = {&a, &s, {true, 2.5e6, true}, false};
    char text[ASSERTION_TEXT];
    assert_string_equal(assertion_measured(&r, text), "at least 2.50ms");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read),
        cmocka_unit_test(refused),
        cmocka_unit_test(exact_figures),
        cmocka_unit_test(a_lower_bound_keeps_only_what_is_sure),
        cmocka_unit_test(no_figure_keeps_nothing),
        cmocka_unit_test(each_test_it_speaks_of_is_judged),
        cmocka_unit_test(nothing_measured_keeps_nothing),
        cmocka_unit_test(a_lower_bound_is_called_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
