// SPDX-License-Identifier: MIT
#include "stats/metric.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_name_is_found_again(void **state)
{
    (void)state;
    for (int m = 0; m < METRICS; m++) {
        struct metric_path path;
        assert_true(metric_parse(slice_of(metric_name(m)), &path));
        assert_int_equal(path.metric, m);
        assert_int_equal(path.test.len, 0);
        assert_non_null(strstr(METRIC_NAMES, metric_name(m)));
    }
}

static void figures_of_a_summary(void **state)
{
    (void)state;
    struct summary s = {.test = "get",
                        .counts.ok = 300,
                        .counts.errors = 100,
                        .counts.abandoned = 7,
                        .counts.sent = 500,
                        .load.rate = 50,
                        .wall_ns = 2000000000,
                        .reads = true,
                        .counts.hits = 30,
                        .counts.misses = 10,
                        .user_s = 0.001};
    s.latency = hist_new(3);
    hist_record(s.latency, 1000, 299);
    hist_record(s.latency, 4000, 1);
    s.quantiles[QUANTILE_P999] = (struct quantile){.ns = 4000, .at_least = true};
    static const struct {
        enum metric m;
        double value;
    } rows[] = {{METRIC_RPS, 200},    {METRIC_MEAN, 1010},
                {METRIC_MIN, 1000},   {METRIC_MAX, 4000},
                {METRIC_ERRORS, 100}, {METRIC_UNFINISHED, 7},
                {METRIC_HITS, 0.75},  {METRIC_KEPT, 0.8},
                {METRIC_CPU_US, 2.5}, {METRIC_P50 + QUANTILE_P999, 4000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct figure f = metric_figure(rows[i].m, &s);
        assert_true(f.known);
        assert_true(f.value > rows[i].value - 1e-9 && f.value < rows[i].value + 1e-9);
        assert_int_equal(f.at_least, rows[i].m == METRIC_P50 + QUANTILE_P999);
    }
    summary_free(&s);
}

static void how_far_replicas_were_behind(void **state)
{
    (void)state;
    struct summary s = {.counts.replica_values = 100};
    assert_int_equal(staleness_init(&s.staleness, 3), 0);
    for (int m = METRIC_STALENESS_P50; m <= METRIC_STALE_READS; m++) {
        struct figure f = metric_figure(m, &s);
        assert_true(f.known && f.value == 0 && !f.at_least); // they were not
        assert_false(metric_more_is_better(m));
    }
    for (uint64_t n = 1; n <= 4; n++)
        staleness_add(&s.staleness, 1000 * n, n, n == 4);
    s.counts.replica_stale = 4;
    assert_true(metric_figure(METRIC_STALENESS_P50, &s).value == 2000);
    assert_true(metric_figure(METRIC_STALENESS_P99, &s).value == 4000);
    assert_true(metric_figure(METRIC_STALENESS_MAX, &s).value == 4000);
    assert_true(metric_figure(METRIC_STALENESS_MAX, &s).at_least);
    assert_true(metric_figure(METRIC_STALE_READS, &s).value == 4);
    summary_free(&s);
}

static void what_was_not_measured_is_not_known(void **state)
{
    (void)state;
    struct summary s = {.test = "set"}, skipped = {.test = "mset", .ending = ENDING_SKIPPED};
    for (int m = 0; m < METRICS; m++) {
        bool counts = m == METRIC_ERRORS || m == METRIC_UNFINISHED;
        assert_int_equal(metric_figure(m, &s).known, counts);
        assert_false(metric_figure(m, &skipped).known);
    }
}

// With unfinished requests in it, no figure of the latencies is more than a lower bound.
static void unfinished_requests_make_bounds(void **state)
{
    (void)state;
    struct summary s = {.test = "get", .latency = hist_new(3), .bounded = hist_new(3)};
    hist_record(s.latency, 1000, 1);
    hist_record(s.bounded, 1000, 1);
    hist_record(s.bounded, 9000, 1);
    struct figure max = metric_figure(METRIC_MAX, &s);
    assert_true(max.known && max.at_least && max.value == 9000);
    assert_true(metric_figure(METRIC_MEAN, &s).at_least);
    summary_free(&s);
}

static void texts(void **state)
{
    (void)state;
    static const struct {
        enum metric m;
        double value;
        const char *text;
    } rows[] = {
        {METRIC_RPS, 0, "0 req/s"},
        {METRIC_RPS, 999.5, "999.5 req/s"},
        {METRIC_RPS, 123456.5, "123,457 req/s"},
        {METRIC_RPS, 3e9, "3,000,000,000 req/s"},
        {METRIC_MEAN, 1010.4, "1.01µs"},
        {METRIC_P50, 850, "850ns"},
        {METRIC_ERRORS, 12345, "12,345"},
        {METRIC_HITS, 0.995, "99.50%"},
        {METRIC_CPU_US, 2.5, "2.50µs"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[UNITS_TEXT];
        assert_string_equal(metric_text(rows[i].m, rows[i].value, text), rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_found_again),
        cmocka_unit_test(figures_of_a_summary),
        cmocka_unit_test(how_far_replicas_were_behind),
        cmocka_unit_test(what_was_not_measured_is_not_known),
        cmocka_unit_test(unfinished_requests_make_bounds),
        cmocka_unit_test(texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
