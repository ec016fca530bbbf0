// SPDX-License-Identifier: MIT
// A history in the forms of Bencher and of Apache Otava.
#include "report/history/exports.h"

#include "../../history/rig.h"

#include <jansson.h>

static char *text;

static int take_setup(void **state)
{
    text = NULL;
    return rig_setup(state);
}

static int take_teardown(void **state)
{
    free(text);
    return rig_teardown(state);
}

typedef int export_of(FILE *out, struct history *h, int64_t run, struct err *err);

static void written(export_of *export, struct history *h, int64_t run)
{
    size_t len;
    free(text);
    FILE *f = open_memstream(&text, &len);
    assert_non_null(f);
    if (export(f, h, run, &rig_err) < 0)
        fail_msg("%s", rig_err.text);
    fclose(f);
}

static double value_of(json_t *whole, const char *test, const char *measure)
{
    json_t *value = json_object_get(json_object_get(json_object_get(whole, test), measure), "value");
    if (!json_is_number(value))
        fail_msg("there is no %s of %s", measure, test);
    return json_number_value(value);
}

static void bencher_has_the_measures_of_each_test(void **state)
{
    (void)state;
    struct history *h = rig_open(HISTORY_SAVE);
    int64_t run = rig_save(h, rig_run(0, 1000, ""));
    written(exports_bmf, h, run);
    json_t *whole = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(whole);
    assert_true(json_object_get(whole, "set") && json_object_get(whole, "get"));
    assert_true(value_of(whole, "set", "rps") > 999.99 && value_of(whole, "set", "rps") < 1000.01);
    assert_true(value_of(whole, "set", "p50") == 20 && value_of(whole, "set", "p99") == 50);
    assert_true(value_of(whole, "set", "errors") == 2);
    assert_true(value_of(whole, "get", "hits") == 0.5);
    assert_null(json_object_get(json_object_get(whole, "set"), "capacity")); // it measured none
    json_decref(whole);
    history_close(h);
}

static void of_a_run_that_is_not_there_is_nothing(void **state)
{
    (void)state;
    struct history *h = rig_open(HISTORY_SAVE);
    rig_save(h, rig_run(0, 1000, ""));
    written(exports_bmf, h, 99);
    assert_string_equal(text, "{}\n");
    history_close(h);
}

// The nth cell of the nth line, without what stands behind it.
static const char *cell(unsigned line, unsigned column)
{
    static char found[128];
    const char *at = text;
    for (; line; line--)
        at = strchr(at, '\n') + 1;
    for (; column; column--)
        at = strchr(at, ',') + 1;
    snprintf(found, sizeof found, "%.*s", (int)strcspn(at, ",\n"), at);
    return found;
}

static unsigned column_of(const char *name)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\"", name);
    for (unsigned i = 0; i < 11; i++) // time, run, commit, and four figures of each of two tests
        if (strcmp(cell(0, i), quoted) == 0)
            return i;
    fail_msg("there is no column %s in %s", name, text);
    return 0;
}

static void otava_has_a_row_for_each_run(void **state)
{
    (void)state;
    struct history *h = rig_open(HISTORY_SAVE);
    rig_save(h, rig_run(0, 1000, "commit=c1"));
    int64_t second = rig_save(h, rig_run(60, 2000, "branch=x"));
    written(exports_otava, h, 0);
    assert_string_equal(cell(0, 0), "time");
    assert_string_equal(cell(0, 1), "run");
    assert_string_equal(cell(0, 2), "commit");
    assert_string_equal(cell(1, 0), "\"2026-01-01T00:00:00.000Z\"");
    assert_string_equal(cell(1, 1), "1");
    assert_string_equal(cell(1, 2), "\"c1\"");
    assert_string_equal(cell(2, 0), "\"2026-01-01T00:01:00.000Z\"");
    assert_string_equal(cell(2, 2), "\"\""); // a run without that tag
    unsigned rps = column_of("set.rps"), p99 = column_of("set.p99");
    assert_true(atof(cell(1, rps)) > 999.99 && atof(cell(1, rps)) < 1000.01);
    assert_true(atof(cell(2, rps)) > 1999.99 && atof(cell(2, rps)) < 2000.01);
    assert_string_equal(cell(2, p99), "50");
    column_of("get.errors");
    written(exports_otava, h, second);
    assert_string_equal(cell(1, 1), "2"); // that one alone
    assert_int_equal(*(strchr(strchr(text, '\n') + 1, '\n') + 1), 0);
    history_close(h);
}

static void a_tag_of_any_bytes_stays_one_cell(void **state)
{
    (void)state;
    struct history *h = rig_open(HISTORY_SAVE);
    struct rig_run *r = rig_run(0, 1000, "commit=x");
    r->tags[0].value = "a \"b\"; =1+1";
    rig_save(h, r);
    written(exports_otava, h, 0);
    assert_non_null(strstr(text, ",1,\"a \"\"b\"\"; =1+1\","));
    history_close(h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, take_setup, take_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bencher_has_the_measures_of_each_test),
        TEST(of_a_run_that_is_not_there_is_nothing),
        TEST(otava_has_a_row_for_each_run),
        TEST(a_tag_of_any_bytes_stays_one_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
