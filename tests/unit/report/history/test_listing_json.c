// SPDX-License-Identifier: MIT
// A trend as JSON from planted values, and documents as they were kept, whole or damaged.
#include "../fixture.h"

#include "../../history/rig.h"
#include "../json_path.h"

#include "report/history/listing_json.h"

static struct trend_point points[10];

static struct trend_series series_of(const char *test)
{
    struct trend_series s = {.metric = METRIC_MEAN, .points = points, .n = 10, .left_out = 3};
    snprintf(s.test, sizeof s.test, "%s", test);
    for (unsigned i = 0; i < 10; i++) {
        points[i] = (struct trend_point){.run = 20 + i, .value = i < 5 ? 1000 : 1250, .at_least = i == 9};
        strcpy(points[i].started, "2026-01-02T03:04:05.678Z");
        snprintf(points[i].label, sizeof points[i].label, "c%u", i);
    }
    return s;
}

static json_t *written(const struct trend *t, const struct history_tag *tag)
{
    struct output o;
    output_open(&o);
    assert_int_equal(listing_json_trend(o.file, t, tag, &rig_err), 0);
    return parse_json(output_take(&o));
}

static void a_trend_has_its_points_and_its_changes(void **state)
{
    struct trend_series s = series_of("get");
    (void)state;
    s.nchanges = 1;
    s.changes[0] = (struct change){.at = 5, .before = 1000, .after = 1250, .p = 0.00312};
    points[6].differs[TREND_SERVER] = true; // beside the place, which is an estimate
    points[9].differs[TREND_HOST] = true;   // far from it
    s.differs[TREND_SERVER] = s.differs[TREND_HOST] = true;
    json_t *j = written(&(struct trend){.series = &s, .n = 1, .rule = {.p = 0.01, .least = 0.02}},
                        &(struct history_tag){"commit", NULL});
    assert_count(j, "schema_version", 1);
    assert_text(j, "kind", "trend");
    assert_text(j, "tag", "commit");
    assert_real(j, "p_max", 0.01);
    assert_real(j, "least", 0.02);
    json_t *one = at(j, "series.0");
    assert_text(one, "test", "get");
    assert_text(one, "metric", "mean");
    assert_text(one, "unit", "ns");
    assert_null_at(one, "promise");
    assert_count(one, "left_out", 3);
    assert_int_equal(json_array_size(at(one, "points")), 10);
    assert_count(one, "points.9.run", 29);
    assert_text(one, "points.9.label", "c9");
    assert_real(one, "points.9.value", 1250);
    assert_bool(one, "points.9.at_least", true);
    assert_bool(one, "points.8.at_least", false);
    assert_int_equal(json_array_size(at(one, "changes")), 1);
    assert_count(one, "changes.0.run", 25);
    assert_text(one, "changes.0.label", "c5");
    assert_real(one, "changes.0.before", 1000);
    assert_real(one, "changes.0.after", 1250);
    assert_real(one, "changes.0.p", 0.00312);
    assert_text(one, "changes.0.direction", "worse"); // a latency that rose
    assert_int_equal(json_array_size(at(one, "changes.0.differ")), 1);
    assert_text(one, "changes.0.differ.0", "server");
    assert_int_equal(json_array_size(at(one, "differ")), 2);
    assert_text(one, "differ.1", "host");
    json_decref(j);
}

static void a_rise_of_a_rate_is_for_the_better(void **state)
{
    struct trend_series s[2] = {series_of("get"), series_of("set")};
    (void)state;
    s[1].metric = METRIC_CAPACITY;
    strcpy(s[1].promise, "p99<1ms");
    s[1].nchanges = 1;
    s[1].changes[0] = (struct change){.at = 5, .before = 1000, .after = 1250, .p = 0.001};
    json_t *j = written(&(struct trend){.series = s, .n = 2}, NULL);
    assert_null_at(j, "tag");
    assert_int_equal(json_array_size(at(j, "series")), 2);
    assert_int_equal(json_array_size(at(j, "series.0.changes")), 0);
    assert_text(j, "series.1.promise", "p99<1ms");
    assert_text(j, "series.1.changes.0.direction", "better");
    json_decref(j);
    j = written(&(struct trend){0}, NULL);
    assert_int_equal(json_array_size(at(j, "series")), 0);
    json_decref(j);
}

// --- documents ---

static int document(int64_t run, char **text)
{
    struct output o;
    struct history *h = rig_open(HISTORY_READ);
    rig_err = (struct err){0};
    output_open(&o);
    int rc = listing_json_document(o.file, h, run, &rig_err);
    history_close(h);
    *text = output_take(&o);
    return rc;
}

static void a_document_comes_back_as_it_was(void **state)
{
    char *text;
    (void)state;
    struct history *h = rig_open(HISTORY_SAVE);
    rig_save(h, rig_run(0, 1000, ""));
    history_close(h);
    assert_int_equal(document(1, &text), 0);
    assert_string_equal(text, RIG_DOCUMENT);
    free(text);
    assert_int_equal(document(2, &text), -1);
    assert_string_equal(text, "");
    free(text);
}

static void what_is_no_json_is_not_passed_on(void **state)
{
    char *text;
    int64_t run;
    (void)state;
    struct history *h = rig_open(HISTORY_SAVE);
    assert_int_equal(save_record(h, &rig_run(0, 1000, "")->record, "{\"cut\": [1, 2", &run, &rig_err), 0);
    history_close(h);
    assert_int_equal(document(run, &text), -1);
    assert_string_equal(text, ""); // nothing of it
    assert_int_equal(rig_err.code, ERR_RUN);
    assert_string_equal(rig_err.text, "run 1 is damaged: what is kept of it is no JSON");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trend_has_its_points_and_its_changes),
        cmocka_unit_test(a_rise_of_a_rate_is_for_the_better),
        cmocka_unit_test_setup_teardown(a_document_comes_back_as_it_was, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_json_is_not_passed_on, rig_setup, rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
