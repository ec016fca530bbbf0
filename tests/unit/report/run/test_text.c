// SPDX-License-Identifier: MIT
#include "../fixture.h"
#include "report/run/text.h"

#include "base/build.h"

#include <math.h>

static void a_plain_test(void **state)
{
    (void)state;
    assert_golden(report_one(&text_reporter, fixture_set()), "text_set");
}

static void tls_has_a_line(void **state)
{
    (void)state;
    char *text = report_one(&text_reporter, fixture_tls());
    assert_non_null(strstr(text,
                           "\n  tls          TLSv1.3, TLS_AES_256_GCM_SHA384, nothing verified (--insecure); "
                           "51 handshakes, p50 2.00 ms, p99 5.00 ms, 2% resumed\n"));
    free(text);
}

static void new_connections(void **state)
{
    (void)state;
    char *text = report_one(&text_reporter, fixture_renewing());
    assert_non_null(strstr(text, "\n  keep alive: 1\n  a new connection every 10 requests\n"));
    assert_non_null(strstr(
        text, "\n\n  new connections, ms          count       min       p50       p90       p99       max\n"
              "  connect                        100     1.000     1.000     1.000     1.000     7.000\n"
              "  first reply                     10     3.000     3.000     3.000     3.000     3.000\n\n"));
    free(text);
}

static void errors_losses_and_an_early_end(void **state)
{
    (void)state;
    assert_golden(report_one(&text_reporter, fixture_trouble()), "text_trouble");
}

static void nothing_measured(void **state)
{
    (void)state;
    assert_golden(report_one(&text_reporter, fixture_nothing()), "text_nothing");
}

static void a_skipped_test_prints_nothing(void **state)
{
    (void)state;
    char *text = report_one(&text_reporter, fixture_skipped());
    assert_string_equal(text, "");
    free(text);
}

static char *begin_line(const struct run_facts *facts)
{
    struct output o;
    output_open(&o);
    text_reporter.begin(o.file, facts);
    return output_take(&o);
}

static void the_first_line_says_what_is_measured(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    char expected[192];
    snprintf(expected, sizeof expected, "hkv-bench %s -> redis 7.0.15 at 127.0.0.1:6379, epoll\n\n",
             build.version);
    char *text = begin_line(&facts);
    assert_string_equal(text, expected);
    free(text);

    facts.server_name = facts.server_version = "";
    snprintf(expected, sizeof expected, "hkv-bench %s -> 127.0.0.1:6379, epoll\n\n", build.version);
    text = begin_line(&facts);
    assert_string_equal(text, expected);
    free(text);

    struct selftest known = {.floors[0].own_ns = 9000, .taken_unix_ms = facts.started_unix_ms - 7200000};
    facts.selftest = &known;
    snprintf(expected, sizeof expected,
             "hkv-bench %s -> 127.0.0.1:6379, epoll\n"
             "  this client  adds about 9.0 µs at P=1 (selftest 2 h ago)\n\n",
             build.version);
    text = begin_line(&facts);
    assert_string_equal(text, expected);
    free(text);
}

static void a_server_cannot_write_to_the_terminal(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    facts.server_version = "\x1b[31m7\r\n";
    char *text = begin_line(&facts);
    assert_non_null(strstr(text, "redis \\x1b[31m7\\r\\n at"));
    free(text);
}

// How many lines have "% <= ", of which the last is the only one with 100 %.
static int lines_of(const char *text)
{
    int n = 0;
    const char *at = text, *whole = strstr(text, "\n100.00% <= ");
    for (; (at = strstr(at, "% <= ")); at++)
        n++;
    assert_non_null(whole);
    assert_null(strstr(whole + 10, "% <= "));
    return n;
}

static void a_hundred_percent_means_all_of_them(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    hist_reset(s.latency);
    hist_record(s.latency, 300000, 9999999); // 99.99999 %
    hist_record(s.latency, 3600000, 1);
    char *text = report_one(&text_reporter, s);
    assert_int_equal(lines_of(text), 2);
    assert_non_null(strstr(text, "\n99.99% <= 0.4 milliseconds\n100.00% <= 4 milliseconds\n"));
    free(text);
}

static char *lines_at(const double *ms, size_t n)
{
    struct summary s = fixture_set();
    hist_reset(s.latency);
    for (size_t i = 0; i < n; i++)
        hist_record(s.latency, (uint64_t)(ms[i] * 1e6), 1);
    return report_one(&text_reporter, s);
}

static void lines_stay_few_however_wide_the_latencies(void **state)
{
    (void)state;
    for (int top = 1; top < 10; top++) {
        double ms[2000], at = 0.0005;
        for (size_t i = 0; i < 2000; i++, at *= pow(10, top * 1e-3 / 2 * 1.5))
            ms[i] = fmin(at, 3.6e6);
        char *text = lines_at(ms, 2000);
        assert_in_range(lines_of(text), 1, 12);
        free(text);
    }
}

static void lines_are_finer_where_all_lies_close(void **state)
{
    (void)state;
    char *text = lines_at((double[]){0.14, 0.15, 0.25, 0.31}, 4);
    assert_non_null(strstr(text, "\n\n50.00% <= 0.2 milliseconds\n75.00% <= 0.3 milliseconds\n"
                                 "100.00% <= 0.4 milliseconds\n"));
    free(text);
    text = lines_at((double[]){0.012, 0.013, 0.0951, 0.099}, 4);
    assert_non_null(strstr(text, "\n\n50.00% <= 0.02 milliseconds\n100.00% <= 0.1 milliseconds\n"));
    free(text);
}

static void lines_get_coarser_where_all_is_apart(void **state)
{
    (void)state;
    const double ms[] = {0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1.5, 2.5, 3.5, 45, 3599000};
    char *text = lines_at(ms, sizeof ms / sizeof *ms);
    assert_non_null(strstr(text, "\n\n7.14% <= 0.2 milliseconds\n28.57% <= 0.5 milliseconds\n"
                                 "64.28% <= 1 milliseconds\n71.42% <= 2 milliseconds\n"
                                 "85.71% <= 5 milliseconds\n92.85% <= 50 milliseconds\n"
                                 "100.00% <= 5000000 milliseconds\n"));
    free(text);
}

static void above_an_hour_the_last_row_is_the_greatest(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    hist_reset(s.latency);
    hist_record(s.latency, 300000, 1);
    hist_record(s.latency, UINT64_C(10000000000001), 1);
    char *text = report_one(&text_reporter, s);
    assert_non_null(strstr(text, "\n50.00% <= 0.4 milliseconds\n100.00% <= 10000001 milliseconds\n"));
    assert_non_null(strstr(text, "\n! 1 latencies above one hour"));
    free(text);
}

static void one_unit_suits_a_line(void **state)
{
    (void)state;
    const struct {
        uint64_t ns;
        const char *line;
    } cases[] = {
        {850, "  latency ns   avg 850  min 850  p50 850 "},
        {1850, "  latency µs   avg 1.85  min 1.85 "},
        {44000000, "  latency ms   avg 44.0  min 44.0 "},
        {UINT64_C(12000000000), "  latency s    avg 12.0  min 12.0 "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct summary s = fixture_set();
        hist_reset(s.latency);
        hist_record(s.latency, cases[i].ns, 5000);
        summary_settle(&s);
        char *text = report_one(&text_reporter, s);
        assert_non_null(strstr(text, cases[i].line));
        free(text);
    }
}

static void a_short_run_does_not_last_zero_seconds(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    s.wall_ns = 42100;
    char *text = report_one(&text_reporter, s);
    assert_non_null(strstr(text, "completed in 0.000042 seconds\n"));
    free(text);
}

static void batches_and_keys_are_named(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    s.load.pipeline = 16;
    s.load.keyspace = 0;
    char *text = report_one(&text_reporter, s);
    assert_non_null(strstr(text, "\n  keyspace: one key\n  16 requests per pipeline batch\n\n"));
    assert_non_null(strstr(text, "\n! every request used the same key"));
    free(text);
}

static void a_suite_ends_with_one_table_and_one_list(void **state)
{
    (void)state;
    struct summary tests[] = {fixture_set(), fixture_skipped(), fixture_trouble(), fixture_nothing()};
    struct output o;
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        assert_int_equal(freeze_summary(&tests[i]), 0);
    output_open(&o);
    text_reporter.sum_up(o.file, tests, sizeof tests / sizeof *tests);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        summary_free(&tests[i]);
    assert_golden(output_take(&o), "text_suite");
}

static void no_number_is_ever_nan_or_inf(void **state)
{
    (void)state;
    struct summary s = {.title = "X", .latency = hist_new(3), .reads = true};
    char *text = report_one(&text_reporter, s);
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "inf"));
    assert_non_null(strstr(text, "n/a"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_test),
        cmocka_unit_test(tls_has_a_line),
        cmocka_unit_test(new_connections),
        cmocka_unit_test(errors_losses_and_an_early_end),
        cmocka_unit_test(nothing_measured),
        cmocka_unit_test(a_skipped_test_prints_nothing),
        cmocka_unit_test(the_first_line_says_what_is_measured),
        cmocka_unit_test(a_server_cannot_write_to_the_terminal),
        cmocka_unit_test(a_hundred_percent_means_all_of_them),
        cmocka_unit_test(lines_stay_few_however_wide_the_latencies),
        cmocka_unit_test(lines_are_finer_where_all_lies_close),
        cmocka_unit_test(lines_get_coarser_where_all_is_apart),
        cmocka_unit_test(a_suite_ends_with_one_table_and_one_list),
        cmocka_unit_test(above_an_hour_the_last_row_is_the_greatest),
        cmocka_unit_test(one_unit_suits_a_line),
        cmocka_unit_test(a_short_run_does_not_last_zero_seconds),
        cmocka_unit_test(batches_and_keys_are_named),
        cmocka_unit_test(no_number_is_ever_nan_or_inf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
