// SPDX-License-Identifier: MIT
#include "../fixture.h"
#include "report/run/classic.h"

#include <regex.h>

static void a_plain_test(void **state)
{
    (void)state;
    assert_golden(report_one(&classic_reporter, fixture_set()), "classic_set");
}

static void errors_losses_and_an_early_end(void **state)
{
    (void)state;
    assert_golden(report_one(&classic_reporter, fixture_trouble()), "classic_trouble");
}

static void nothing_measured(void **state)
{
    (void)state;
    assert_golden(report_one(&classic_reporter, fixture_nothing()), "classic_nothing");
}

static void the_quiet_line(void **state)
{
    (void)state;
    char *text = report_one(&classic_quiet, fixture_set());
    assert_string_equal(text, "SET: 112359.55 requests per second, p50=0.250 msec\n");
    free(text);
    text = report_one(&classic_quiet, fixture_nothing());
    assert_string_equal(text, "PING_MBULK: 0.00 requests per second, p50=0.000 msec\n");
    free(text);
}

static void a_skipped_test_prints_nothing(void **state)
{
    (void)state;
    char *full = report_one(&classic_reporter, fixture_skipped());
    char *quiet = report_one(&classic_quiet, fixture_skipped());
    assert_string_equal(full, "");
    assert_string_equal(quiet, "");
    free(full);
    free(quiet);
}

static void a_bare_newline_ends_the_suite(void **state)
{
    (void)state;
    const struct reporter *const reporters[] = {&classic_reporter, &classic_quiet};
    struct run_facts facts = fixture_facts();
    for (int i = 0; i < 2; i++) {
        struct output o;
        output_open(&o);
        assert_null(reporters[i]->begin);
        reporters[i]->end(o.file, &facts);
        char *text = output_take(&o);
        assert_string_equal(text, "\n");
        free(text);
    }
}

// The form as scripts know it (compatibility facts A.5), whatever the numbers.
#define ROW "[0-9]+\\.[0-9]{3}% <= [0-9]+\\.[0-9]{3} milliseconds \\(cumulative count [0-9]+\\)\n"
#define COLUMN " +[0-9]+\\.[0-9]{3}"
static const char form[] = "^====== [^\n]+ ======\n"
                           "  [0-9]+ requests completed in [0-9]+\\.[0-9]{2} seconds\n"
                           "  [0-9]+ parallel clients\n"
                           "  [0-9]+ bytes payload\n"
                           "  keep alive: [01]\n"
                           "  multi-thread: (no\n|yes\n  threads: [0-9]+\n)"
                           "\n"
                           "Latency by percentile distribution:\n"
                           "(" ROW ")+"
                           "\n"
                           "Cumulative distribution of latencies:\n"
                           "(" ROW ")*"
                           "\n"
                           "Summary:\n"
                           "  throughput summary: [0-9]+\\.[0-9]{2} requests per second\n"
                           "  latency summary \\(msec\\):\n"
                           "          avg       min       p50       p95       p99       max\n"
                           "   " COLUMN COLUMN COLUMN COLUMN COLUMN COLUMN "\n$";

static void the_form_is_kept(void **state)
{
    (void)state;
    regex_t re;
    assert_int_equal(regcomp(&re, form, REG_EXTENDED | REG_NOSUB), 0);
    struct summary (*const fixtures[])(void) = {fixture_set, fixture_trouble, fixture_nothing};
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        char *text = report_one(&classic_reporter, fixtures[i]());
        assert_int_equal(regexec(&re, text, 0, NULL, 0), 0);
        free(text);
    }
    regfree(&re);
}

// The rows after "Cumulative distribution".
static char *cumulative_rows(struct summary s)
{
    char *text = report_one(&classic_reporter, s);
    char *from = strstr(text, "latencies:\n");
    assert_non_null(from);
    from += strlen("latencies:\n");
    *strstr(from, "\n\n") = 0;
    memmove(text, from, strlen(from) + 1);
    return text;
}

static void rows_that_add_nothing_are_left_out(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    hist_reset(s.latency);
    hist_record(s.latency, 50000, 1);
    hist_record(s.latency, 450000, 1);
    hist_record(s.latency, 950000, 2);
    char *rows = cumulative_rows(s);
    assert_string_equal(rows, "25.000% <= 0.100 milliseconds (cumulative count 1)\n"
                              "50.000% <= 0.500 milliseconds (cumulative count 2)\n"
                              "100.000% <= 1.000 milliseconds (cumulative count 4)");
    free(rows);
}

static void the_first_row_is_shown_though_empty(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    hist_reset(s.latency);
    hist_record(s.latency, 250000, 1);
    char *rows = cumulative_rows(s);
    assert_string_equal(rows, "0.000% <= 0.100 milliseconds (cumulative count 0)\n"
                              "100.000% <= 0.300 milliseconds (cumulative count 1)");
    free(rows);
}

static void above_2_ms_rows_are_1_ms_apart(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    hist_reset(s.latency);
    hist_record(s.latency, 50000, 1);
    hist_record(s.latency, 1950000, 1);
    hist_record(s.latency, 2050000, 1);
    hist_record(s.latency, 2500000, 1);
    hist_record(s.latency, 3500000, 1);
    char *rows = cumulative_rows(s);
    assert_string_equal(rows, "20.000% <= 0.100 milliseconds (cumulative count 1)\n"
                              "40.000% <= 2.000 milliseconds (cumulative count 2)\n"
                              "60.000% <= 2.100 milliseconds (cumulative count 3)\n"
                              "80.000% <= 3.100 milliseconds (cumulative count 4)\n"
                              "100.000% <= 4.100 milliseconds (cumulative count 5)");
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_test),
        cmocka_unit_test(errors_losses_and_an_early_end),
        cmocka_unit_test(nothing_measured),
        cmocka_unit_test(the_quiet_line),
        cmocka_unit_test(a_skipped_test_prints_nothing),
        cmocka_unit_test(a_bare_newline_ends_the_suite),
        cmocka_unit_test(the_form_is_kept),
        cmocka_unit_test(rows_that_add_nothing_are_left_out),
        cmocka_unit_test(the_first_row_is_shown_though_empty),
        cmocka_unit_test(above_2_ms_rows_are_1_ms_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
