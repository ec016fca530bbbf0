// SPDX-License-Identifier: MIT
#include "../fixture.h"
#include "report/run/text.h"

#include "base/build.h"

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
             "  this client  adds about 9.0 us at P=1 (selftest 2 h ago)\n\n",
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

// Rows are the lines with "% <= "; calls see with each one's percentage as text and its milliseconds.
static int rows_of(const char *text, void (*see)(void *ctx, const char *percent, unsigned long ms), void *ctx)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, "% <= ")); at++, n++) {
        char percent[16] = {0};
        const char *start = at;
        while (start > text && start[-1] != '\n')
            start--;
        memcpy(percent, start, (size_t)(at - start));
        see(ctx, percent, strtoul(at + 5, NULL, 10));
    }
    return n;
}

struct last_row {
    char percent[16];
    unsigned long ms;
    int wholes; // rows that say 100.00
};

static void keep_last(void *ctx, const char *percent, unsigned long ms)
{
    struct last_row *row = ctx;
    assert_true(ms > row->ms);
    memcpy(row->percent, percent, sizeof row->percent);
    row->ms = ms;
    row->wholes += strcmp(percent, "100.00") == 0;
}

static void a_hundred_percent_means_all_of_them(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    struct last_row row = {0};
    hist_reset(s.latency);
    hist_record(s.latency, 300000, 9999999); // 99.99999 %
    hist_record(s.latency, 3600000, 1);
    char *text = report_one(&text_reporter, s);
    assert_int_equal(rows_of(text, keep_last, &row), 2);
    assert_non_null(strstr(text, "\n99.99% <= 1 milliseconds\n100.00% <= 4 milliseconds\n"));
    assert_int_equal(row.wholes, 1);
    free(text);
}

static void rows_stay_few_however_wide_the_latencies(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    struct last_row row = {0};
    hist_reset(s.latency);
    for (uint64_t ms = 1; ms <= 3600000; ms += 7)
        hist_record(s.latency, ms * 1000000, 1);
    char *text = report_one(&text_reporter, s);
    assert_in_range(rows_of(text, keep_last, &row), 50, 60);
    assert_int_equal(row.wholes, 1);
    assert_string_equal(row.percent, "100.00");
    free(text);
}

static void rows_get_coarser_by_decades(void **state)
{
    (void)state;
    struct summary s = fixture_set();
    const uint64_t ms[] = {2, 10, 11, 100, 101, 1000, 1001, 10001, 3599000};
    hist_reset(s.latency);
    for (size_t i = 0; i < sizeof ms / sizeof *ms; i++)
        hist_record(s.latency, ms[i] * 1000000 - 500000, 1);
    char *text = report_one(&text_reporter, s);
    assert_non_null(
        strstr(text, "\n11.11% <= 2 milliseconds\n22.22% <= 10 milliseconds\n33.33% <= 20 milliseconds\n"
                     "44.44% <= 100 milliseconds\n55.55% <= 200 milliseconds\n66.66% <= 1000 milliseconds\n"
                     "77.77% <= 2000 milliseconds\n88.88% <= 20000 milliseconds\n"
                     "100.00% <= 4000000 milliseconds\n"));
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
    assert_non_null(strstr(text, "\n50.00% <= 1 milliseconds\n100.00% <= 10000001 milliseconds\n"));
    assert_non_null(strstr(text, "\n! latencies above an hour: 1"));
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
        {1850, "  latency us   avg 1.850  min 1.850 "},
        {44000000, "  latency ms   avg 44.000  min 44.000 "},
        {UINT64_C(12000000000), "  latency s    avg 12.000  min 12.000 "},
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
    assert_non_null(strstr(text, "\n  keys: one\n  16 requests per pipeline batch\n\n"));
    assert_non_null(strstr(text, "\n! every request named the same key"));
    free(text);
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
        cmocka_unit_test(rows_stay_few_however_wide_the_latencies),
        cmocka_unit_test(rows_get_coarser_by_decades),
        cmocka_unit_test(above_an_hour_the_last_row_is_the_greatest),
        cmocka_unit_test(one_unit_suits_a_line),
        cmocka_unit_test(a_short_run_does_not_last_zero_seconds),
        cmocka_unit_test(batches_and_keys_are_named),
        cmocka_unit_test(no_number_is_ever_nan_or_inf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
