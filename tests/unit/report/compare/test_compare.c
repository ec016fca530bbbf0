// SPDX-License-Identifier: MIT
#include "report/compare/compare_json.h"
#include "report/compare/compare_markdown.h"
#include "report/compare/compare_table.h"
#include "report/compare/compare_text.h"

#include "../fixture.h"

#include <jansson.h>

#define BLOCKS 8

static struct comparison_block blocks[BLOCKS];

static void set_slot(struct comparison_slot *s, unsigned target, double speed)
{
    *s = (struct comparison_slot){.target = target,
                                  .limited_by = LIMIT_SERVER,
                                  .answered = 1000,
                                  .hits = 900,
                                  .misses = 100,
                                  .sent = 1000,
                                  .server_cpu_s = 0.01 / speed};
    s->value[COMPARISON_THROUGHPUT] = 100000 * speed;
    s->value[COMPARISON_P50] = 400000 / speed;
    s->value[COMPARISON_P99] = 900000;
    s->value[COMPARISON_P999] = 2000000 * (target ? 1.5 : 1);
    s->value[COMPARISON_CAPACITY] = 80000 * speed;
}

// Eight blocks ABBA: the second server is a quarter faster in its throughput and at p50, the same at p99, and
// slower at p99.9; two of its sixteen slots were limited by the client.
static struct comparison fixture_comparison(void)
{
    static const unsigned order[] = {0, 1, 1, 0};
    struct comparison c = {.test = "get",
                           .title = "GET",
                           .targets = 2,
                           .names = {"redis", "hkv"},
                           .load = {.clients = 50, .pipeline = 1},
                           .slot_ns = 5000000000,
                           .warmup_ns = 750000000,
                           .blocks_asked = 12,
                           .n = BLOCKS,
                           .blocks = blocks,
                           .note = "interrupted in block 9: results of the complete blocks"};
    c.terms[0].keys = c.terms[1].keys = -1;
    for (int m = 0; m < COMPARISON_METRICS; m++)
        c.margins[m] = comparison_metrics[m].margin;
    for (unsigned k = 0; k < BLOCKS; k++) {
        blocks[k].n = 4;
        for (unsigned i = 0; i < 4; i++)
            set_slot(&blocks[k].slots[i], order[i],
                     (order[i] ? 1.25 : 1) * (1 + 0.001 * k * (order[i] ? 1 : -1)));
    }
    blocks[0].slots[1].limited_by = blocks[1].slots[2].limited_by = LIMIT_CLIENT;
    return c;
}

static struct compare_facts facts_of(const struct run_facts *run)
{
    struct compare_facts f = {.targets = 2, .blocks = 12, .seed = 7, .fresh = "none", .run = run};
    f.each[0].name = "redis";
    f.each[0].where = "127.0.0.1:6379";
    f.each[0].server = "redis";
    f.each[0].version = "7.0.15";
    f.each[0].memory_per_key = 96.5;
    f.each[1].name = "hkv";
    f.each[1].where = "10.0.0.5:16379";
    f.each[1].server = f.each[1].version = "";
    return f;
}

static char *written(const struct compare_reporter *r, const struct comparison *c)
{
    struct output o;
    struct run_facts run = fixture_facts();
    struct compare_facts f = facts_of(&run);
    output_open(&o);
    r->begin(o.file, &f);
    r->test(o.file, c);
    if (r->end)
        r->end(o.file, &f, c, 1);
    return output_take(&o);
}

static void text_csv_and_markdown(void **state)
{
    (void)state;
    struct comparison c = fixture_comparison();
    assert_golden(written(&compare_text, &c), "compare_text");
    assert_golden(written(&compare_table_csv, &c), "compare_csv");
    assert_golden(written(&compare_markdown, &c), "compare_markdown");
}

// All of a row but what explains its verdict, which goes below; no row is broken by the terminal.
static void a_terminal_of_80_columns(void **state)
{
    (void)state;
    struct comparison c = fixture_comparison();
    output_columns = 80;
    assert_golden(written(&compare_text, &c), "compare_text_80");
    c.n = 1;
    char *text = written(&compare_text, &c);
    output_columns = 0;
    assert_non_null(strstr(text, "\n                 too few complete blocks\n"));
    free(text);
}

static void capacities(void **state)
{
    (void)state;
    struct comparison c = fixture_comparison();
    struct slo slo = {2, {{QUANTILE_P99, 1000000, ""}, {QUANTILE_P999, 5000000, ""}}};
    c.primary = COMPARISON_CAPACITY;
    c.slo = &slo;
    c.slot_ns = 800000000;
    c.warmup_ns = 80000000;
    assert_golden(written(&compare_text, &c), "compare_capacity");
    char *csv = written(&compare_table_csv, &c);
    assert_non_null(strstr(csv, "\nget,\"redis\",\"hkv\",capacity_rps,1,"));
    assert_null(strstr(csv, "p50"));
    free(csv);
}

// A kept run that had 2 % more than the first server here, on another machine.
static void against_a_kept_run(void **state)
{
    (void)state;
    struct comparison c = fixture_comparison();
    struct comparison_block kept = {.n = 1};
    struct comparison_baseline past = {.n = 1, .blocks = &kept};
    struct compare_baseline from = {.path = "runs.db", .run = 12, .started = "2026-11-20T08:00:00.000Z"};
    struct run_facts run = fixture_facts();
    struct compare_facts f = facts_of(&run);
    struct output o;
    set_slot(&kept.slots[0], 0, 1.02);
    for (unsigned k = 0; k < BLOCKS; k++) // none of the first server, now
        blocks[k] = (struct comparison_block){1, {blocks[k].slots[1]}};
    c.names[0] = f.each[0].name = "baseline";
    c.baseline = &past;
    fingerprint_note(&from.fingerprint, "cpu", "AMD EPYC", "Intel \"Xeon\"");
    f.baseline = &from;
    output_open(&o);
    compare_text.begin(o.file, &f);
    compare_text.test(o.file, &c);
    assert_golden(output_take(&o), "compare_baseline");

    output_open(&o);
    compare_markdown.end(o.file, &f, &c, 1);
    char *markdown = output_take(&o);
    assert_non_null(strstr(markdown, "\n- baseline: cpu was"));
    free(markdown);

    struct err err;
    output_open(&o);
    assert_int_equal(compare_json(o.file, &f, &c, 1, &err), 0);
    char *text = output_take(&o);
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *baseline = json_object_get(j, "baseline");
    assert_int_equal(json_integer_value(json_object_get(baseline, "run")), 12);
    json_t *difference = json_array_get(json_object_get(baseline, "differences"), 0);
    assert_string_equal(json_string_value(json_object_get(difference, "is")), "Intel \"Xeon\"");
    json_t *test = json_array_get(json_object_get(j, "tests"), 0);
    assert_int_equal(json_array_size(json_object_get(test, "baseline_blocks")), 1);
    assert_int_equal(json_array_size(json_object_get(test, "blocks")), BLOCKS);
    json_decref(j);
    free(text);
}

static void a_server_with_itself(void **state)
{
    (void)state;
    struct comparison c = fixture_comparison();
    c.aa = true;
    char *text = written(&compare_text, &c);
    // |ln| of the far end of each interval
    assert_non_null(strstr(text, "--floor throughput=23.51%,p50=23.51%,p99=0.00%,p99.9=40.55%\n"));
    free(text);
}

// Interrupted before the second server's first slot: what it has not is "-", an empty field, or null.
static void of_a_server_that_was_not_measured_there_is_no_figure(void **state)
{
    (void)state;
    struct comparison c = fixture_comparison();
    struct run_facts run = fixture_facts();
    struct compare_facts f = facts_of(&run);
    struct output o;
    struct err err;
    c.n = 0;
    c.partial = true;
    blocks[0].n = 1;
    char *text = written(&compare_text, &c), *csv = written(&compare_table_csv, &c);
    assert_non_null(strstr(text, "\n  throughput *      100,000           -                  "));
    assert_non_null(strstr(text, "\n  p50 ms              0.400           -                  "));
    assert_non_null(strstr(text, "\n  hits               90.00%           -\n"));
    assert_null(strstr(text, "they did not do the same work"));
    assert_non_null(
        strstr(csv, "\nget,\"redis\",\"hkv\",throughput_rps,1,100000.000000,,,,,,0,,,,,0,broken,0.0000,\""));
    assert_non_null(strstr(csv, "\nget,\"redis\",\"hkv\",p50_ms,0,0.400000,,,,,,0,"));
    free(text);
    free(csv);
    output_open(&o);
    assert_int_equal(compare_json(o.file, &f, &c, 1, &err), 0);
    text = output_take(&o);
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *test = json_array_get(json_object_get(j, "tests"), 0);
    json_t *pair = json_array_get(json_object_get(test, "comparisons"), 0);
    json_t *first = json_array_get(json_object_get(pair, "contrasts"), 0);
    assert_true(json_real_value(json_object_get(first, "reference")) == 100000);
    assert_true(json_is_null(json_object_get(first, "target")));
    assert_true(json_is_null(json_object_get(first, "ratio")));
    json_decref(j);
    free(text);
}

static void json(void **state)
{
    (void)state;
    struct comparison c = fixture_comparison();
    struct run_facts run = fixture_facts();
    struct compare_facts f = facts_of(&run);
    struct output o;
    struct err err;
    output_open(&o);
    assert_int_equal(compare_json(o.file, &f, &c, 1, &err), 0);
    char *text = output_take(&o);
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(j);
    assert_string_equal(json_string_value(json_object_get(j, "kind")), "compare");
    json_t *target = json_array_get(json_object_get(j, "targets"), 0);
    assert_true(json_real_value(json_object_get(target, "memory_bytes_per_key")) == 96.5);
    json_t *test = json_array_get(json_object_get(j, "tests"), 0);
    assert_int_equal(json_array_size(json_object_get(test, "blocks")), BLOCKS);
    json_t *pair = json_array_get(json_object_get(test, "comparisons"), 0);
    json_t *first = json_array_get(json_object_get(pair, "contrasts"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "finding")), "higher");
    assert_int_equal(json_integer_value(json_object_get(first, "better")), 1);
    assert_true(json_is_true(json_object_get(first, "at_least")));
    json_decref(j);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_csv_and_markdown),
        cmocka_unit_test(a_terminal_of_80_columns),
        cmocka_unit_test(capacities),
        cmocka_unit_test(against_a_kept_run),
        cmocka_unit_test(a_server_with_itself),
        cmocka_unit_test(of_a_server_that_was_not_measured_there_is_no_figure),
        cmocka_unit_test(json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
