// SPDX-License-Identifier: MIT
#include "report/run/otlp.h"

#include "../fixture.h"
#include "../json_path.h"

#include "base/build.h"

static json_t *written(const struct run_facts *f, struct summary *tests, size_t n)
{
    struct output o;
    struct err err = {0};
    output_open(&o);
    assert_int_equal(otlp_write(o.file, f, tests, n, &err), 0);
    for (size_t i = 0; i < n; i++)
        summary_free(&tests[i]);
    return parse_json(output_take(&o));
}

#define METRIC(n) "resourceMetrics.0.scopeMetrics.0.metrics." #n

static void who_measured_what(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    json_t *j = written(&facts, NULL, 0), *resource = at(j, "resourceMetrics.0.resource.attributes");
    assert_text(resource, "0.key", "service.name");
    assert_text(resource, "0.value.stringValue", "hkv-bench");
    assert_text(resource, "1.key", "service.version");
    assert_text(resource, "1.value.stringValue", build.version);
    assert_text(resource, "2.key", "server.address");
    assert_text(resource, "2.value.stringValue", "127.0.0.1:6379");
    assert_text(j, METRIC(0) ".name", "hkv_bench.requests");
    assert_text(j, METRIC(0) ".unit", "{request}");
    assert_bool(j, METRIC(0) ".sum.isMonotonic", true);
    assert_count(j, METRIC(0) ".sum.aggregationTemporality", 2);
    assert_text(j, METRIC(1) ".name", "hkv_bench.latency");
    assert_text(j, METRIC(1) ".unit", "s");
    assert_int_equal(json_array_size(at(j, METRIC(0) ".sum.dataPoints")), 0);
    json_decref(j);
}

static void counts_are_text_of_64_bits(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary s = fixture_trouble();
    json_t *j = written(&facts, &s, 1), *points = at(j, METRIC(0) ".sum.dataPoints");
    static const struct {
        const char *result, *n;
    } all[] = {{"ok", "2000"}, {"error", "1000"}, {"unanswered", "20"}};
    assert_int_equal(json_array_size(points), 3);
    for (size_t i = 0; i < 3; i++) {
        json_t *p = json_array_get(points, i);
        assert_text(p, "attributes.0.key", "test");
        assert_text(p, "attributes.0.value.stringValue", "command");
        assert_text(p, "attributes.1.value.stringValue", all[i].result);
        assert_text(p, "asInt", all[i].n);
        assert_text(p, "startTimeUnixNano", "1700000000123000000");
        assert_text(p, "timeUnixNano", "1700000003123000000"); // 3 s later
    }
    json_decref(j);
}

static void one_test_begins_where_the_one_before_ended(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary tests[] = {fixture_set(), fixture_skipped(), fixture_nothing()};
    json_t *j = written(&facts, tests, 3), *points = at(j, METRIC(0) ".sum.dataPoints");
    assert_int_equal(json_array_size(points), 6); // of two tests
    assert_text(points, "0.timeUnixNano", "1700000001013000000");
    assert_text(points, "3.startTimeUnixNano", "1700000001013000000");
    assert_text(points, "3.attributes.0.value.stringValue", "ping_mbulk");
    json_decref(j);
}

static void buckets_are_counts_between_bounds(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary s = fixture_set();
    json_t *j = written(&facts, &s, 1), *p = at(j, METRIC(1) ".histogram.dataPoints.0");
    json_t *bounds = at(p, "explicitBounds"), *counts = at(p, "bucketCounts");
    assert_int_equal(json_array_size(bounds), 22);
    assert_int_equal(json_array_size(counts), 23); // one more, for what is above the last bound
    assert_real(bounds, "0", 1e-5);
    assert_real(bounds, "5", 5e-4);
    assert_real(bounds, "21", 100);
    unsigned long long sum = 0;
    for (size_t i = 0; i < json_array_size(counts); i++)
        sum += strtoull(json_string_value(json_array_get(counts, i)), NULL, 10);
    assert_int_equal(sum, 100000);
    assert_text(counts, "7", "90"); // 1 ms to 2.5 ms
    assert_text(counts, "22", "0");
    assert_text(p, "count", "100000");
    assert_real(p, "sum", 32.599);
    assert_real(p, "min", 250e-6);
    assert_real(p, "max", 1.5e-3);
    json_decref(j);
}

static void no_answers_are_an_empty_histogram(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    facts.target = NULL;
    struct summary s = fixture_nothing();
    json_t *j = written(&facts, &s, 1), *p = at(j, METRIC(1) ".histogram.dataPoints.0");
    assert_text(p, "count", "0");
    assert_real(p, "sum", 0);
    assert_real(p, "min", 0);
    assert_text(j, "resourceMetrics.0.resource.attributes.2.value.stringValue", "");
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_measured_what),
        cmocka_unit_test(counts_are_text_of_64_bits),
        cmocka_unit_test(one_test_begins_where_the_one_before_ended),
        cmocka_unit_test(buckets_are_counts_between_bounds),
        cmocka_unit_test(no_answers_are_an_empty_histogram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
