// SPDX-License-Identifier: MIT
#include "../fixture.h"
#include "../json_path.h"
#include "report/run/run_json.h"

#include "base/build.h"

#include <errno.h>
#include <math.h>

// The report of these tests, parsed back; the tests are freed.
static json_t *report(const struct run_facts *facts, struct summary *tests, size_t n)
{
    struct output o;
    struct err err = {0};
    for (size_t i = 0; i < n; i++)
        assert_int_equal(freeze_summary(&tests[i]), 0);
    output_open(&o);
    assert_int_equal(run_json(o.file, facts, tests, n, &err), 0);
    char *text = output_take(&o);
    assert_int_equal(text[strlen(text) - 1], '\n');
    json_t *j = parse_json(text);
    for (size_t i = 0; i < n; i++)
        summary_free(&tests[i]);
    return j;
}

static void the_run(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    facts.interrupted = true;
    facts.exit_code = 130;
    json_t *j = report(&facts, NULL, 0);
    assert_count(j, "schema_version", 1);
    assert_text(j, "tool.name", "hkv-bench");
    assert_text(j, "tool.version", build.version);
    assert_text(j, "tool.build.compiler", build.compiler);
    assert_text(j, "started", "2023-11-14T22:13:20.123Z");
    assert_int_equal(json_array_size(at(j, "command_line")), 3);
    assert_text(j, "command_line.2", "set,get");
    assert_text(j, "config.engine", "epoll");
    assert_text(j, "config.seed", "12345678901234567890");
    assert_text(j, "environment.cpu", "Some CPU @ 3.00GHz");
    assert_count(j, "environment.cpus_allowed", 4);
    assert_count(j, "environment.memory_bytes", 16000000000);
    assert_real(j, "environment.load1", 0.25);
    assert_text(j, "server.name", "redis");
    assert_int_equal(json_array_size(at(j, "tests")), 0);
    assert_bool(j, "interrupted", true);
    assert_count(j, "exit_code", 130);
    json_decref(j);
}

static void a_plain_test(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary s = fixture_set();
    json_t *j = report(&facts, &s, 1);
    json_t *t = at(j, "tests.0");
    assert_text(t, "test", "set");
    assert_text(t, "status", "done");
    assert_count(t, "config.requests", 100000);
    assert_null_at(t, "config.duration_s");
    assert_null_at(t, "config.rate");
    assert_text(t, "config.pipeline_mode", "batch");
    assert_bool(t, "config.keepalive", true);
    assert_count(t, "config.keyspace", 100000);
    assert_count(t, "counts.answered", 100000);
    assert_null_at(t, "counts.hits");
    assert_null_at(t, "hit_ratio");
    assert_int_equal(json_array_size(at(t, "errors_by_prefix")), 0);
    assert_real(t, "seconds", 0.89);
    assert_real(t, "connect_seconds", 0.003);
    assert_real(t, "rps", 100000 / 0.89);
    assert_count(t, "bytes.sent", 5000000);
    assert_int_equal(json_array_size(at(t, "threads")), 1);
    assert_int_equal(json_array_size(at(t, "doubts")), 1);
    assert_text(t, "doubts.0.name", "short-run");
    assert_int_equal(json_array_size(at(t, "series")), 6); // twelve rows of 80 ms, shown by 160 ms
    assert_count(t, "series.0.ok", 18000);
    assert_count(t, "series.5.ok", 10000);
    assert_real(t, "series.5.start_s", 0.8);
    assert_real(t, "series.5.length_s", 0.09);
    assert_count(t, "series.1.p99", 400127); // as the top of its bucket
    assert_bool(t, "checks.consistent", true);
    assert_text(t, "finding.limited_by", "UNKNOWN");
    assert_real(t, "client_cpu.us_per_request", 6.4);
    json_decref(j);
}

// A bucket's quantile is its top at 3 digits: 250000 ends at 250111, 400000 at 400127, and 1500000 is the
// greatest.
static void latencies_in_ns(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary s = fixture_set();
    json_t *j = report(&facts, &s, 1);
    json_t *l = at(j, "tests.0.latency_ns");
    assert_count(l, "count", 100000);
    assert_count(l, "min", 250000);
    assert_real(l, "mean", (250000.0 * 50000 + 400000.0 * 49910 + 1500000.0 * 90) / 100000);
    assert_count(l, "p50", 250111);
    assert_count(l, "p90", 400127);
    assert_count(l, "p99_9", 400127);
    assert_count(l, "p99_99", 1500000);
    assert_count(l, "max", 1500000);
    assert_count(l, "overflow", 0);
    assert_count(l, "digits", 3);
    assert_memory_equal(json_string_value(at(l, "histogram")), "HISTF", 5);
    json_decref(j);
}

static void tls(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary tests[2] = {fixture_set(), fixture_tls()};
    json_t *j = report(&facts, tests, 2);
    assert_null_at(j, "tests.0.tls");
    assert_bool(j, "tests.0.config.tls", false);
    assert_bool(j, "tests.1.config.tls", true);
    json_t *t = at(j, "tests.1.tls");
    assert_text(t, "protocol", "TLSv1.3");
    assert_text(t, "cipher", "TLS_AES_256_GCM_SHA384");
    assert_text(t, "verified", "nothing");
    assert_count(t, "handshakes", 51);
    assert_real(t, "resumed_share", 1.0 / 51);
    assert_count(t, "full_ns.min", 2000000);
    assert_count(t, "full_ns.p50", 2000895); // as the top of its bucket
    assert_count(t, "full_ns.max", 5000000);
    assert_count(t, "resumed_ns.max", 1000000);
    json_decref(j);
}

static void new_connections(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary tests[2] = {fixture_set(), fixture_renewing()};
    json_t *j = report(&facts, tests, 2);
    assert_null_at(j, "tests.0.connections");
    assert_null_at(j, "tests.0.config.reconnect_every");
    assert_count(j, "tests.1.config.reconnect_every", 10);
    json_t *c = at(j, "tests.1.connections");
    assert_count(c, "connect_ns.count", 100);
    assert_count(c, "connect_ns.min", 1000000);
    assert_count(c, "connect_ns.p50", 1000447); // as the top of its bucket
    assert_count(c, "connect_ns.max", 7000000);
    assert_count(c, "first_reply_ns.count", 10);
    assert_count(c, "setup_ns.count", 0);
    assert_null_at(c, "setup_ns.p50");
    assert_count(c, "tls_full_ns.count", 0);
    json_decref(j);
}

static void errors_losses_and_an_early_end(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary s = fixture_trouble();
    json_t *j = report(&facts, &s, 1);
    json_t *t = at(j, "tests.0");
    assert_text(t, "title", "GET \"foo\":__rand_int__");
    assert_text(t, "status", "interrupted");
    assert_null_at(t, "config.requests");
    assert_real(t, "config.duration_s", 30);
    assert_real(t, "config.rate", 1000);
    assert_text(t, "config.pipeline_mode", "window");
    assert_count(t, "counts.errors", 1000);
    assert_count(t, "counts.hits", 1799);
    assert_count(t, "counts.unfinished", 20);
    assert_count(t, "counts.unsent", 4);
    assert_count(t, "counts.due", 3020);
    assert_text(t, "config.loop", "open");
    assert_count(t, "latency_ns.p99_9", 15000000);
    assert_bool(t, "latency_ns.intervals.p99_9.at_least", true);
    assert_bool(t, "latency_ns.intervals.p50.at_least", false);
    assert_count(t, "lag_ns.p99", 2000);
    assert_count(t, "wait_ns.max", 12000000);
    assert_count(t, "counts.lost_connections", 1);
    assert_real(t, "hit_ratio", 0.8995);
    assert_int_equal(json_array_size(at(t, "errors_by_prefix")), 3);
    assert_text(t, "errors_by_prefix.0.prefix", "OOM");
    assert_count(t, "errors_by_prefix.0.count", 998);
    assert_text(t, "errors_by_prefix.1.first", "ERR bad \\xff byte");
    assert_int_equal(json_array_size(at(t, "threads")), 4);
    assert_count(t, "threads.3.answered", 750);
    assert_text(t, "doubts.0.name", "errors");
    assert_text(t, "doubts.2.name", "low-hit-ratio");
    json_decref(j);
}

static void what_does_not_exist_is_null(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary tests[] = {fixture_nothing(), fixture_skipped()};
    json_t *j = report(&facts, tests, 2);
    assert_text(j, "tests.0.status", "stalled");
    assert_null_at(j, "tests.0.config.keyspace");
    assert_null_at(j, "tests.0.latency_ns");
    assert_null_at(j, "tests.0.rps");
    assert_null_at(j, "tests.0.client_cpu.us_per_request");
    assert_text(j, "tests.1.status", "skipped");
    assert_text(j, "tests.1.note", "the server does not know MGET");
    assert_count(j, "tests.1.counts.sent", 0);
    json_decref(j);
}

static void every_text_ends_as_utf8(void **state)
{
    (void)state;
    const struct {
        const char *bytes, *expected;
    } cases[] = {
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
         "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\xff\xfe", "\\xff\\xfe"},
        {"\x80", "\\x80"},                            // a continuation without a start
        {"a\xc3", "a\\xc3"},                          // cut short by the end
        {"\xe2\x82z", "\\xe2\\x82z"},                 // and by another character
        {"\xc0\xaf", "\\xc0\\xaf"},                   // overlong: 2 bytes,
        {"\xe0\x9f\xbf", "\\xe0\\x9f\\xbf"},          // 3
        {"\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf"}, // and 4
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},          // a surrogate
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, // above U+10FFFF
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},     // U+10FFFF
        {"\"\\\n\x01", "\"\\\n\x01"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_facts facts = fixture_facts();
        facts.argc = 1;
        facts.argv = &cases[i].bytes;
        json_t *j = report(&facts, NULL, 0);
        assert_text(j, "command_line.0", cases[i].expected);
        json_decref(j);
    }
}

static void fields_keep_their_order(void **state)
{
    (void)state;
    static const char *const names[] = {
        "schema_version", "kind",     "tool",        "started",         "command_line",
        "start_late_ms",  "config",   "environment", "environment_end", "environment_changes",
        "selftest",       "server",   "tags",        "tests",           "assertions",
        "interrupted",    "exit_code"};
    struct run_facts facts = fixture_facts();
    json_t *j = report(&facts, NULL, 0), *value;
    const char *name;
    size_t i = 0;
    json_object_foreach(j, name, value)
    {
        assert_true(i < sizeof names / sizeof *names);
        assert_string_equal(name, names[i++]);
    }
    assert_int_equal(i, sizeof names / sizeof *names);
    json_decref(j);
}

static void numbers_beyond_json_are_kept_in(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct summary s = fixture_nothing();
    s.load.rate = HUGE_VAL;
    strcpy(s.load.arrival, "poisson");
    s.counts.sent = UINT64_MAX;
    hist_record(s.latency, UINT64_MAX, 1);
    json_t *j = report(&facts, &s, 1);
    assert_null_at(j, "tests.0.config.rate");
    assert_count(j, "tests.0.counts.sent", INT64_MAX);
    assert_count(j, "tests.0.latency_ns.max", INT64_MAX);
    assert_count(j, "tests.0.latency_ns.overflow", 1);
    json_decref(j);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct run_facts facts = fixture_facts();
    struct err err = {0};
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_int_equal(run_json(full, &facts, NULL, 0, &err), -1);
    assert_int_equal(err.code, ERR_RUN);
    assert_non_null(strstr(err.text, strerror(ENOSPC)));
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_run),
        cmocka_unit_test(a_plain_test),
        cmocka_unit_test(latencies_in_ns),
        cmocka_unit_test(tls),
        cmocka_unit_test(new_connections),
        cmocka_unit_test(errors_losses_and_an_early_end),
        cmocka_unit_test(what_does_not_exist_is_null),
        cmocka_unit_test(every_text_ends_as_utf8),
        cmocka_unit_test(fields_keep_their_order),
        cmocka_unit_test(numbers_beyond_json_are_kept_in),
        cmocka_unit_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
