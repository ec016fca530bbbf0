// SPDX-License-Identifier: MIT
#include "rig.h"

#include "base/build.h"

#include <math.h>
#include <sqlite3.h>

static struct history_run seen[8]; // texts are not to be looked at: they are gone
static int nseen;

static bool check_run(void *ctx, const struct history_run *r)
{
    const char *tags = ctx ? ctx : "";
    assert_string_equal(r->kind, "run");
    assert_string_equal(r->started, "2026-01-01T00:00:05.000Z");
    assert_string_equal(r->tool_version, build.version);
    assert_string_equal(r->tool_git, build.git);
    assert_string_equal(r->command_line, "hkv-bench -t set");
    assert_string_equal(r->target, "127.0.0.1:1");
    assert_string_equal(r->server_name, "redis");
    assert_string_equal(r->server_version, "7.0.15");
    assert_string_equal(r->engine, "epoll");
    assert_string_equal(r->seed, "12345678901234567890");
    assert_string_equal(r->host, "h1");
    assert_string_equal(r->cpu, "c1");
    assert_string_equal(r->tests, "set,get,mset");
    assert_string_equal(r->tags, tags);
    assert_int_equal(r->exit_code, 1);
    seen[nseen++] = *r;
    return true;
}

static bool count_run(void *ctx, const struct history_run *r)
{
    (void)ctx;
    seen[nseen++] = *r;
    return true;
}

static void a_run_comes_back(void **state)
{
    (void)state;
    struct history *h = rig_open(HISTORY_SAVE);
    int64_t run = rig_save(h, rig_run(5, 100, "commit=1a,branch=main"));
    history_close(h);
    h = rig_open(HISTORY_READ);
    nseen = 0;
    assert_int_equal(
        walk_runs(h, &(struct history_pick){.run = run}, check_run, "branch=main commit=1a", &rig_err), 0);
    assert_int_equal(nseen, 1);
    struct buf text = {0};
    assert_int_equal(history_document(h, run, &text, &rig_err), 0);
    assert_string_equal(text.at, RIG_DOCUMENT);
    buf_free(&text);
    history_close(h);
}

static void check_figure(const struct history_test *t, enum metric m, double value, bool at_least)
{
    assert_true(t->figures[m].known);
    assert_true(fabs(t->figures[m].value - value) <= 1e-9 * value);
    assert_int_equal(t->figures[m].at_least, at_least);
}

static bool check_test(void *ctx, const struct history_test *t)
{
    int *n = ctx;
    switch ((*n)++) {
    case 0:
        assert_string_equal(t->test, "set");
        assert_string_equal(t->status, "done");
        assert_string_equal(t->limited_by, "UNKNOWN");
        assert_true(t->doubts > 0);
        check_figure(t, METRIC_RPS, 100, false);
        check_figure(t, METRIC_MEAN, 20.5, true); // 3 were unfinished
        check_figure(t, METRIC_P50 + QUANTILE_P50, 20, false);
        check_figure(t, METRIC_P50 + QUANTILE_P99, 50, true);
        check_figure(t, METRIC_P50 + QUANTILE_P999, 60, false);
        check_figure(t, METRIC_ERRORS, 2, false);
        check_figure(t, METRIC_UNFINISHED, 3, false);
        check_figure(t, METRIC_CPU_US, 1.5, false);
        assert_false(t->figures[METRIC_HITS].known);
        assert_false(t->figures[METRIC_KEPT].known);
        break;
    case 1:
        assert_string_equal(t->title, "GET");
        check_figure(t, METRIC_HITS, 0.5, false);
        assert_false(t->figures[METRIC_P50].known);
        break;
    default:
        assert_string_equal(t->status, "skipped");
        for (int m = 0; m < METRICS; m++)
            assert_false(t->figures[m].known);
    }
    return true;
}

static void its_tests_come_back(void **state)
{
    (void)state;
    int n = 0;
    struct history *h = rig_open(HISTORY_SAVE);
    int64_t run = rig_save(h, rig_run(5, 100, ""));
    assert_int_equal(walk_tests(h, run, check_test, &n, &rig_err), 0);
    assert_int_equal(n, 3);
    history_close(h);
}

static void runs_are_found_by_their_tags(void **state)
{
    (void)state;
    static const struct {
        struct history_tag tag;
        int n;
        int64_t first;
    } rows[] = {{{"commit", NULL}, 2, 1},
                {{"commit", "b"}, 1, 2},
                {{"commit", "x"}, 0, 0},
                {{"x", NULL}, 0, 0},
                {{"commit' OR 1 --", "b"}, 0, 0}};
    struct history *h = rig_open(HISTORY_SAVE);
    rig_save(h, rig_run(1, 1, "commit=a"));
    rig_save(h, rig_run(2, 1, "commit=b"));
    rig_save(h, rig_run(3, 1, ""));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        nseen = 0;
        assert_int_equal(walk_runs(h, &(struct history_pick){.tag = &rows[i].tag}, count_run, NULL, &rig_err),
                         0);
        assert_int_equal(nseen, rows[i].n);
        if (nseen)
            assert_int_equal(seen[0].id, rows[i].first);
    }
    history_close(h);
}

static void runs_are_found_by_number(void **state)
{
    (void)state;
    int64_t run;
    struct history *h = rig_open(HISTORY_SAVE);
    assert_int_equal(history_find(h, "last", &run, &rig_err), -1);
    assert_string_equal(rig_err.text, "it has no runs yet");
    for (int i = 1; i <= 3; i++)
        assert_int_equal(rig_save(h, rig_run(i, 1, "")), i);
    assert_int_equal(history_find(h, "2", &run, &rig_err), 0);
    assert_int_equal(run, 2);
    assert_int_equal(history_find(h, "last", &run, &rig_err), 0);
    assert_int_equal(run, 3);
    assert_int_equal(history_find(h, "4", &run, &rig_err), -1);
    assert_string_equal(rig_err.text, "no run 4: 'list' shows all runs");
    static const char *const words[] = {"", "x", "-1", "1.5", "99999999999999999999", "9223372036854775808"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_int_equal(history_find(h, words[i], &run, &rig_err), -1);
        assert_int_equal(rig_err.code, ERR_USAGE);
    }
    history_close(h);
}

static int count(const char *table)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    assert_int_equal(sqlite3_open(rig_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int n = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

static void a_deleted_run_leaves_nothing_and_takes_its_number_along(void **state)
{
    (void)state;
    static const char *const tables[] = {"runs", "tags", "tests", "metrics", "slots"};
    struct history *h = rig_open(HISTORY_SAVE);
    int64_t run = rig_save(h, rig_run(1, 1, "a=b"));
    for (int i = 0; i < 5; i++)
        assert_true(count(tables[i]) > 0);
    assert_int_equal(history_delete(h, run, &rig_err), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(count(tables[i]), 0);
    assert_int_equal(rig_save(h, rig_run(1, 1, "")), run + 1);
    history_close(h);
}

// The same tag twice, which a table does not take after the run itself was written.
static void what_cannot_be_kept_leaves_nothing(void **state)
{
    (void)state;
    static const char *const tables[] = {"runs", "tags", "tests", "metrics", "slots"};
    int64_t run;
    struct history *h = rig_open(HISTORY_SAVE);
    assert_int_equal(save_record(h, &rig_run(1, 1, "a=b,a=c")->record, RIG_DOCUMENT, &run, &rig_err), -1);
    assert_int_equal(rig_err.code, ERR_RUN);
    assert_non_null(strstr(rig_err.text, "nothing of this run is in it"));
    for (int i = 0; i < 5; i++)
        assert_int_equal(count(tables[i]), 0);
    rig_save(h, rig_run(1, 1, "")); // and the next is kept
    history_close(h);
}

// Whatever a report writes: no figure is taken from it.
static void a_document_is_not_looked_into(void **state)
{
    (void)state;
    static const char document[] = "{\"tests\": [{\"rps\": 999}], \"tool\": 7, and no JSON";
    struct buf text = {0};
    int64_t run;
    int n = 0;
    struct history *h = rig_open(HISTORY_SAVE);
    assert_int_equal(save_record(h, &rig_run(5, 100, "")->record, document, &run, &rig_err), 0);
    assert_int_equal(history_document(h, run, &text, &rig_err), 0);
    assert_string_equal(text.at, document);
    nseen = 0;
    assert_int_equal(walk_runs(h, &(struct history_pick){.run = run}, check_run, NULL, &rig_err), 0);
    assert_int_equal(nseen, 1);
    assert_int_equal(walk_tests(h, run, check_test, &n, &rig_err), 0);
    assert_int_equal(n, 3);
    buf_free(&text);
    history_close(h);
}

static void foreign_bytes_are_kept_as_text(void **state)
{
    (void)state;
    struct history *h = rig_open(HISTORY_SAVE);
    struct rig_run *r = rig_run(1, 1, "a=\xff");
    r->tests[0].title = "SET \xc3";
    r->facts.server_name = "r\xe9";
    rig_save(h, r);
    assert_int_equal(count("tags WHERE value = '\\xff'"), 1);
    assert_int_equal(count("tests WHERE title = 'SET \\xc3'"), 1);
    assert_int_equal(count("runs WHERE server_name = 'r\\xe9'"), 1);
    history_close(h);
}

// --- files that are none ---

static void refused(const char *sentence, enum history_mode mode)
{
    struct history *h;
    if (history_open(&h, rig_path, mode, -1, &rig_err) == 0)
        fail_msg("it was opened");
    assert_null(h);
    assert_int_equal(rig_err.code, ERR_USAGE);
    if (!strstr(rig_err.text, sentence) || !strstr(rig_err.text, rig_path))
        fail_msg("%s", rig_err.text);
}

static void write_file(const char *text)
{
    FILE *f = fopen(rig_path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void sql(const char *text)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(rig_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    refused("does it exist?", HISTORY_READ);
    write_file("");
    refused("is empty", HISTORY_READ);
    write_file("this is a text, and no database, and long enough for the head of one: "
               "a hundred bytes have to be there before anybody can tell");
    refused("is not a history", HISTORY_READ);
    refused("is not a history", HISTORY_SAVE);
    unlink(rig_path);
    sql("CREATE TABLE runs (id)");
    refused("another program", HISTORY_READ);
    refused("another program", HISTORY_SAVE);
    unlink(rig_path);
    history_close(rig_open(HISTORY_SAVE));
    sql("PRAGMA user_version = 999");
    refused("a later version of hkv-bench", HISTORY_READ);
    refused("a later version of hkv-bench", HISTORY_SAVE);
}

static void a_run_is_kept_where_its_file_was_deleted(void **state)
{
    (void)state;
    int64_t run;
    struct history *h = rig_open(HISTORY_SAVE);
    rig_save(h, rig_run(1, 1, ""));
    assert_int_equal(unlink(rig_path), 0);
    assert_int_equal(save_record(h, &rig_run(2, 1, "")->record, RIG_DOCUMENT, &run, &rig_err), -1);
    assert_int_equal(rig_err.code, ERR_RUN);
    assert_non_null(strstr(rig_err.text, "was deleted or replaced"));
    assert_int_equal(rig_save(h, rig_run(3, 1, "")), 2); // told once
    history_close(h);
    h = rig_open(HISTORY_READ);
    assert_int_equal(history_find(h, "last", &run, &rig_err), 0);
    assert_int_equal(run, 2);
    history_close(h);
}

static void an_empty_file_becomes_a_history(void **state)
{
    (void)state;
    write_file("");
    struct history *h = rig_open(HISTORY_SAVE);
    assert_int_equal(rig_save(h, rig_run(1, 1, "")), 1);
    history_close(h);
}

static void a_folder_that_is_not_there(void **state)
{
    (void)state;
    struct history *h;
    assert_int_equal(history_open(&h, "/nowhere/at/all.db", HISTORY_SAVE, -1, &rig_err), -1);
    assert_int_equal(rig_err.code, ERR_USAGE);
    assert_string_equal(rig_err.text,
                        "'/nowhere/at/all.db' cannot be opened: does its folder exist, and is it writable?");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_run_comes_back),
        TEST(its_tests_come_back),
        TEST(runs_are_found_by_their_tags),
        TEST(runs_are_found_by_number),
        TEST(a_deleted_run_leaves_nothing_and_takes_its_number_along),
        TEST(what_cannot_be_kept_leaves_nothing),
        TEST(a_document_is_not_looked_into),
        TEST(foreign_bytes_are_kept_as_text),
        TEST(other_files_are_refused),
        TEST(a_run_is_kept_where_its_file_was_deleted),
        TEST(an_empty_file_becomes_a_history),
        TEST(a_folder_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
