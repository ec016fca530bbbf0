// SPDX-License-Identifier: MIT
// The trend from planted values, the rest from a history that an older program wrote.
#include "../fixture.h"

#include "../../history/form1.h"
#include "../json_path.h"

#include "report/history/listing_json.h"
#include "report/history/listing_text.h"

static char *trend_text(struct trend_series *s, const struct history_tag *tag)
{
    struct trend t = {.series = s, .n = s ? 1 : 0, .rule = {.p = 0.01, .least = 0.02}};
    struct output o;
    output_open(&o);
    listing_text_trend(o.file, &t, tag);
    return output_take(&o);
}

static void expect(struct trend_series *s, const struct history_tag *tag, const char *expected)
{
    char *text = trend_text(s, tag);
    assert_string_equal(text, expected);
    free(text);
}

static struct trend_point points[20];

static struct trend_series series(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        points[i] = (struct trend_point){.run = 10 + i, .value = 1000};
        strcpy(points[i].started, "2026-01-02T03:04:05.678Z");
        strcpy(points[i].label, "c7");
    }
    return (struct trend_series){.test = "get", .metric = METRIC_MEAN, .points = points, .n = n};
}

static void changes(void **state)
{
    (void)state;
    struct trend_series s = series(20);
    s.nchanges = 2;
    s.changes[0] = (struct change){.at = 8, .before = 1000, .after = 1250, .p = 0.00312};
    s.points[9].differs[TREND_SERVER] = true; // the place of a change is an estimate
    s.changes[1] = (struct change){.at = 14, .before = 1250, .after = 500, .p = 1e-9};
    expect(&s, NULL,
           "get.mean: 20 runs\n"
           "  ▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅\n"
           "  from run 18 on (2026-01-02 03:04:05 UTC): 1.00µs → 1.25µs, +25.0%, p = 0.0031 (worse; "
           "changed there too: server)\n"
           "  from run 24 on (2026-01-02 03:04:05 UTC): 1.25µs → 500ns, -60.0%, p < 0.0001 (better)\n");
    s.nchanges = 1;
    s.metric = METRIC_ERRORS;
    s.points[7].differs[TREND_CONFIG] = true;
    s.changes[0].before = 0;
    strcpy(points[8].label, "c\x1b[2J");
    expect(&s, &(struct history_tag){"commit", NULL},
           "get.errors: 20 runs\n"
           "  ▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅\n"
           "  from run 18 on (2026-01-02 03:04:05 UTC, commit=c\\x1b[2J): 0 → 1,250, p = 0.0031 (worse; "
           "changed there too: server, config; not like with like)\n");
}

static void what_to_know_beside_it(void **state)
{
    (void)state;
    struct trend_series s = series(8);
    s.left_out = 3;
    s.bounds = 2;
    s.differs[TREND_SERVER] = s.differs[TREND_CONFIG] = true;
    expect(
        &s, NULL,
        "get.mean: 8 runs, 3 older ones left out, no change\n  ▅▅▅▅▅▅▅▅\n! 2 of the values are lower bounds: "
        "some requests were unanswered\n! the runs differ in server, config, which may explain a change\n");
    s = series(7);
    expect(&s, NULL, "get.mean: 7 runs; changes are detected from 8 runs on\n  ▅▅▅▅▅▅▅\n");
    expect(NULL, NULL, "no run has this metric\n");
}

// --- lists and single runs ---

// SET left requests without an answer, GET missed half of its keys, MSET was skipped, and all of it is
// tagged.
static const char document_run[] =
    "{\"started\": \"2026-01-02T03:04:05.678Z\", \"tool\": {\"version\": \"0.1.0\", \"git\": \"89cf120\"},"
    " \"command_line\": [\"hkv-bench\", \"-t\", \"set,get,mset\", \"--save\", \"runs.db\"],"
    " \"config\": {\"engine\": \"epoll\", \"seed\": \"12345678901234567890\"},"
    " \"environment\": {\"host\": \"bench1\", \"cpu\": \"Some CPU @ 3.00GHz\"},"
    " \"server\": {\"target\": \"127.0.0.1:6379\", \"name\": \"redis\", \"version\": \"7.0.15\"},"
    " \"tags\": {\"commit\": \"1a2b3c4\", \"branch\": \"main\"}, \"exit_code\": 1, \"tests\": ["
    "{\"test\": \"set\", \"title\": \"SET\", \"status\": \"done\", \"config\": {\"clients\": 50},"
    " \"counts\": {\"errors\": 1234567, \"unfinished\": 20}, \"hit_ratio\": null, \"rps\": 112359.55,"
    " \"latency_ns\": {\"min\": 12000, \"mean\": 325999.6, \"p50\": 250111, \"p90\": 400000, \"p95\": 400000,"
    " \"p99\": 1500000, \"p99_9\": 12500000, \"p99_99\": 15000000, \"max\": 15000000, \"intervals\":"
    " {\"p99\": {\"at_least\": false}, \"p99_9\": {\"at_least\": true}, \"p99_99\": {\"at_least\": true}}},"
    " \"client_cpu\": {\"us_per_request\": 6.4}, \"finding\": {\"limited_by\": \"SERVER\"},"
    " \"doubts\": [{\"name\": \"errors\"}, {\"name\": \"unfinished\"}]},"
    "{\"test\": \"get\", \"title\": \"GET\", \"status\": \"interrupted\", \"config\": {},"
    " \"counts\": {\"errors\": 0, \"unfinished\": 0}, \"hit_ratio\": 0.5, \"rps\": 950.5, \"latency_ns\":"
    " {\"min\": 850, \"mean\": 970.2, \"p50\": 960, \"p99\": 1800, \"p99_9\": 2100, \"max\": 61000000000},"
    " \"finding\": {\"limited_by\": \"CLIENT\"}, \"doubts\": [{\"name\": \"short\"}]},"
    "{\"test\": \"mset\", \"title\": \"MSET (10 keys)\", \"status\": \"skipped\", \"config\": {},"
    " \"counts\": {\"errors\": 0, \"unfinished\": 0}, \"rps\": null, \"latency_ns\": null, \"doubts\": "
    "[]}]}\n";

// A comparison has targets in place of a server, and no engine.
static const char document_compare[] =
    "{\"kind\": \"compare\", \"started\": \"2026-01-03T00:00:00.000Z\", \"tool\": {\"version\": \"0.1.0\"},"
    " \"command_line\": [\"hkv-bench\", \"compare\", \"redis=:6379\", \"hkv=:6380\"], \"seed\": \"7\","
    " \"environment\": {\"host\": \"bench1\", \"cpu\": \"\"}, \"tags\": {}, \"exit_code\": 0,"
    " \"targets\": [{\"name\": \"redis\"}, {\"name\": \"hkv\"}],"
    " \"tests\": [{\"test\": \"get\", \"title\": \"GET\", \"spent_s\": 14.25, \"looks\": 3, \"ended\": "
    "\"verdict\","
    " \"blocks\": [[], [], []], \"remarks\": [\"by\\u001b[2J turns\"], \"comparisons\": [{\"target\": "
    "\"hkv\","
    " \"reference\": \"redis\", \"contrasts\": [{\"metric\": \"throughput\", \"reference\": 100000, "
    "\"target\": 89000,"
    " \"ratio\": 0.89, \"low\": 0.883, \"high\": 0.897, \"verdict\": \"worse\"}, {\"metric\": \"p99\","
    " \"reference\": 1500000, \"target\": 1600000, \"ratio\": null, \"verdict\": \"\"}]}]}]}\n";

// A server, a tag and a command line that would write to the terminal.
static const char document_rude[] =
    "{\"started\": \"2026-01-04T23:59:59.999Z\", \"tool\": {\"version\": \"0.1.0\", \"git\": \"\"},"
    " \"command_line\": [\"hkv-bench\", \"SET\", \"k\", \"a\\r\\nb\"],"
    " \"config\": {\"engine\": \"io_uring\", \"seed\": \"1\"}, \"environment\": {\"host\": \"h\\u001b[2J\"},"
    " \"server\": {\"target\": \"/tmp/\\u0007.sock\", \"name\": \"\\u001b[31mred\", \"version\": \"7\\n8\"},"
    " \"tags\": {\"note\": \"a\\tb\\u009b31m\"}, \"exit_code\": 3, \"tests\": []}\n";

static int save_all(void **state)
{
    static const struct {
        const char *kind, *document;
    } rows[] = {{"run", document_run}, {"compare", document_compare}, {"run", document_rude}};
    if (rig_setup(state) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        form1_save(rows[i].kind, rows[i].document);
    return 0;
}

static char *list_with(int (*write)(FILE *, struct history *, const struct history_tag *,
                                    const struct metric_path *, struct err *),
                       const struct history_tag *tag, const char *figure)
{
    struct metric_path path;
    if (figure)
        assert_true(metric_parse(slice_of(figure), &path));
    struct history *h = rig_open(HISTORY_READ);
    struct output o;
    output_open(&o);
    assert_int_equal(write(o.file, h, tag, figure ? &path : NULL, &rig_err), 0);
    history_close(h);
    return output_take(&o);
}

static char *list(int (*write)(FILE *, struct history *, const struct history_tag *,
                               const struct metric_path *, struct err *),
                  const struct history_tag *tag)
{
    return list_with(write, tag, NULL);
}

static char *show(int (*write)(FILE *, struct history *, int64_t, struct err *), int64_t run)
{
    struct history *h = rig_open(HISTORY_READ);
    struct output o;
    output_open(&o);
    assert_int_equal(write(o.file, h, run, &rig_err), 0);
    history_close(h);
    return output_take(&o);
}

static void all_runs(void **state)
{
    (void)state;
    assert_golden(list(listing_text_runs, NULL), "listing_list");
}

static void runs_with_a_tag(void **state)
{
    (void)state;
    json_t *j = parse_json(list(listing_json_runs, &(struct history_tag){"branch", "main"}));
    assert_int_equal(json_array_size(at(j, "runs")), 1);
    assert_count(j, "runs.0.run", 1);
    json_decref(j);
    j = parse_json(list(listing_json_runs, &(struct history_tag){"branch", "other"}));
    assert_count(j, "schema_version", 1);
    assert_int_equal(json_array_size(at(j, "runs")), 0);
    json_decref(j);
}

static void figures_beside_runs(void **state)
{
    (void)state;
    char *text = list_with(listing_text_runs, NULL, "p99");
    assert_non_null(strstr(text, "  get 1.80µs, set 1.50ms  branch=main commit=1a2b3c4\n"));
    free(text);
    text = list_with(listing_text_runs, NULL, "set.p99.9");
    assert_non_null(strstr(text, "  >=12.5ms  branch="));
    free(text);
    json_t *j = parse_json(list_with(listing_json_runs, NULL, "set.p99.9"));
    assert_int_equal(json_array_size(at(j, "runs.0.figures")), 1);
    assert_text(j, "runs.0.figures.0.test", "set");
    assert_text(j, "runs.0.figures.0.metric", "p99.9");
    assert_real(j, "runs.0.figures.0.value", 12500000);
    assert_bool(j, "runs.0.figures.0.at_least", true);
    assert_int_equal(json_array_size(at(j, "runs.1.figures")), 0);
    json_decref(j);
}

static void a_run(void **state)
{
    (void)state;
    assert_golden(show(listing_text_run, 1), "listing_show_run");
}

static void a_comparison(void **state)
{
    (void)state;
    assert_golden(show(listing_text_run, 2), "listing_show_compare");
}

static void nobody_can_write_to_the_terminal(void **state)
{
    (void)state;
    assert_golden(show(listing_text_run, 3), "listing_show_rude");
}

static void json_of_all_runs(void **state)
{
    (void)state;
    json_t *j = parse_json(list(listing_json_runs, NULL));
    assert_int_equal(json_array_size(at(j, "runs")), 3);
    assert_text(j, "runs.0.kind", "run");
    assert_text(j, "runs.0.started", "2026-01-02T03:04:05.678Z");
    assert_text(j, "runs.0.command_line", "hkv-bench -t set,get,mset --save runs.db");
    assert_text(j, "runs.0.seed", "12345678901234567890");
    assert_text(j, "runs.0.tags.commit", "1a2b3c4");
    assert_int_equal(json_array_size(at(j, "runs.0.tests")), 3);
    assert_text(j, "runs.0.tests.2", "mset");
    assert_text(j, "runs.1.kind", "compare");
    assert_text(j, "runs.1.target", "redis, hkv");
    assert_text(j, "runs.1.engine", "");
    assert_text(j, "runs.1.seed", "7");
    assert_int_equal(json_object_size(at(j, "runs.1.tags")), 0);
    assert_count(j, "runs.2.exit_code", 3);
    assert_text(j, "runs.2.server_name", "\x1b[31mred"); // as it came: JSON has a way to write it
    assert_int_equal(json_array_size(at(j, "runs.2.tests")), 0);
    json_decref(j);
}

static void json_of_a_run(void **state)
{
    (void)state;
    json_t *j = parse_json(show(listing_json_run, 1));
    assert_int_equal(json_array_size(at(j, "runs")), 1);
    json_t *set = at(j, "runs.0.tests.0"), *get = at(j, "runs.0.tests.1"), *mset = at(j, "runs.0.tests.2");
    assert_text(set, "title", "SET");
    assert_count(set, "config.clients", 50);
    assert_count(set, "doubts", 2);
    assert_text(set, "limited_by", "SERVER");
    assert_real(set, "metrics.rps.value", 112359.55);
    assert_bool(set, "metrics.rps.at_least", false);
    assert_real(set, "metrics.mean.value", 325999.6);
    assert_bool(set, "metrics.mean.at_least", true); // 20 were unfinished
    assert_bool(set, "metrics.p99.at_least", false);
    assert_real(json_object_get(at(set, "metrics"), "p99.9"), "value", 12500000);
    assert_bool(json_object_get(at(set, "metrics"), "p99.9"), "at_least", true);
    assert_real(set, "metrics.unfinished.value", 20);
    assert_real(set, "metrics.cpu_us.value", 6.4);
    assert_null_at(set, "metrics.hits.value");
    assert_text(get, "status", "interrupted");
    assert_real(get, "metrics.hits.value", 0.5);
    assert_bool(get, "metrics.max.at_least", false);
    assert_null_at(get, "metrics.p90.value");
    assert_text(mset, "status", "skipped");
    assert_null_at(mset, "metrics.errors.value");
    json_decref(j);
    j = parse_json(show(listing_json_run, 2));
    assert_text(j, "runs.0.tests.0.status", "done");
    assert_null_at(j, "runs.0.tests.0.metrics.rps.value");
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes),
        cmocka_unit_test(what_to_know_beside_it),
        cmocka_unit_test_setup_teardown(all_runs, save_all, rig_teardown),
        cmocka_unit_test_setup_teardown(runs_with_a_tag, save_all, rig_teardown),
        cmocka_unit_test_setup_teardown(figures_beside_runs, save_all, rig_teardown),
        cmocka_unit_test_setup_teardown(a_run, save_all, rig_teardown),
        cmocka_unit_test_setup_teardown(a_comparison, save_all, rig_teardown),
        cmocka_unit_test_setup_teardown(nobody_can_write_to_the_terminal, save_all, rig_teardown),
        cmocka_unit_test_setup_teardown(json_of_all_runs, save_all, rig_teardown),
        cmocka_unit_test_setup_teardown(json_of_a_run, save_all, rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
