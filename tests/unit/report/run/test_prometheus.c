// SPDX-License-Identifier: MIT
#include "report/run/prometheus.h"

#include "../fixture.h"

#include "base/build.h"

#include <inttypes.h>

static char *written(const struct run_facts *f, struct summary *tests, size_t n)
{
    struct output o;
    output_open(&o);
    prometheus_write(o.file, f, tests, n);
    for (size_t i = 0; i < n; i++)
        summary_free(&tests[i]);
    return output_take(&o);
}

static void has(const char *text, const char *line)
{
    const char *at = strstr(text, line);
    size_t len = strlen(line);
    if (!at || (at > text && at[-1] != '\n') || at[len] != '\n')
        fail_msg("there is no line %s", line);
}

// How many lines begin with the name of this metric.
static unsigned samples(const char *text, const char *name)
{
    unsigned n = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        n += strncmp(line, name, strlen(name)) == 0 && strchr(" {", line[strlen(name)]) != NULL;
    return n;
}

static void counts_are_the_operations(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary tests[] = {fixture_set(), fixture_trouble()};
    char *text = written(&facts, tests, 2);
    has(text, "hkv_bench_requests_total{test=\"set\",result=\"ok\"} 100000");
    has(text, "hkv_bench_requests_total{test=\"set\",result=\"error\"} 0");
    has(text, "hkv_bench_requests_total{test=\"command\",result=\"ok\"} 2000");
    has(text, "hkv_bench_requests_total{test=\"command\",result=\"error\"} 1000");
    has(text,
        "hkv_bench_requests_total{test=\"command\",result=\"unanswered\"} 20"); // 16 sent, 4 not even that
    has(text, "hkv_bench_duration_seconds{test=\"set\"} 0.890000000");
    has(text, "hkv_bench_requests_per_second{test=\"set\"} 112359.551");
    has(text, "hkv_bench_requests_per_second{test=\"command\"} 1000.000");
    assert_int_equal(samples(text, "hkv_bench_requests_total"), 6);
    free(text);
}

static void the_histogram_is_cumulative(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary s = fixture_set();
    char *text = written(&facts, &s, 1);
    has(text, "hkv_bench_latency_seconds_bucket{test=\"set\",le=\"1e-05\"} 0");
    has(text, "hkv_bench_latency_seconds_bucket{test=\"set\",le=\"0.0001\"} 0");
    has(text, "hkv_bench_latency_seconds_bucket{test=\"set\",le=\"0.0005\"} 99910");
    has(text, "hkv_bench_latency_seconds_bucket{test=\"set\",le=\"0.001\"} 99910");
    has(text, "hkv_bench_latency_seconds_bucket{test=\"set\",le=\"0.0025\"} 100000");
    has(text, "hkv_bench_latency_seconds_bucket{test=\"set\",le=\"100\"} 100000");
    has(text, "hkv_bench_latency_seconds_bucket{test=\"set\",le=\"+Inf\"} 100000");
    has(text, "hkv_bench_latency_seconds_count{test=\"set\"} 100000");
    has(text, "hkv_bench_latency_seconds_sum{test=\"set\"} 32.599000000"); // 12.5 + 19.964 + 0.135
    assert_int_equal(samples(text, "hkv_bench_latency_seconds_bucket"), 23);
    assert_int_equal(samples(text, "hkv_bench_latency_quantile_seconds"), QUANTILES);
    free(text);
}

static void each_metric_has_one_head(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary tests[] = {fixture_set(), fixture_set(), fixture_set()};
    char *text = written(&facts, tests, 3);
    static const char *const heads[] = {
        "# TYPE hkv_bench_requests_total counter", "# TYPE hkv_bench_latency_seconds histogram",
        "# TYPE hkv_bench_latency_quantile_seconds gauge", "# TYPE hkv_bench_info gauge"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        has(text, heads[i]);
        assert_null(strstr(strstr(text, heads[i]) + 1, heads[i]));
    }
    free(text);
}

static void the_run_is_told_once(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    char line[256];
    facts.exit_code = 130;
    char *text = written(&facts, NULL, 0);
    snprintf(line, sizeof line,
             "hkv_bench_info{version=\"%s\",target=\"127.0.0.1:6379\",server=\"redis\",server_version=\"7.0."
             "15\"} 1",
             build.version);
    has(text, line);
    has(text, "hkv_bench_exit_code 130");
    has(text, "hkv_bench_started_timestamp_seconds 1700000000.123");
    assert_int_equal(samples(text, "hkv_bench_requests_total"), 0);
    free(text);
}

static void a_label_is_what_the_server_said(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    facts.target = NULL;
    facts.server_name = "a\"b\\c\nd";
    facts.server_version = NULL;
    char *text = written(&facts, NULL, 0);
    assert_non_null(strstr(text, ",target=\"\",server=\"a\\\"b\\\\c\\nd\",server_version=\"\"} 1\n"));
    free(text);
}

static void a_test_without_answers_has_no_quantiles(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary tests[] = {fixture_nothing(), fixture_skipped()};
    char *text = written(&facts, tests, 2);
    has(text, "hkv_bench_requests_total{test=\"ping_mbulk\",result=\"unanswered\"} 50");
    has(text, "hkv_bench_requests_per_second{test=\"ping_mbulk\"} 0.000");
    has(text, "hkv_bench_latency_seconds_sum{test=\"ping_mbulk\"} 0.000000000");
    assert_int_equal(samples(text, "hkv_bench_latency_quantile_seconds"), 0);
    assert_null(strstr(text, "mget")); // which was skipped
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_the_operations),
        cmocka_unit_test(the_histogram_is_cumulative),
        cmocka_unit_test(each_metric_has_one_head),
        cmocka_unit_test(the_run_is_told_once),
        cmocka_unit_test(a_label_is_what_the_server_said),
        cmocka_unit_test(a_test_without_answers_has_no_quantiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
