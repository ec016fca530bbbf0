// SPDX-License-Identifier: MIT
#include "cli/results.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int write_code(FILE *out, const void *what, struct err *err)
{
    const struct session *s = what;
    (void)err;
    return fprintf(out, "{\"exit_code\": %d}", s->facts.exit_code) > 0 ? 0 : -1;
}

static int refuse(FILE *out, const void *what, struct err *err)
{
    (void)out;
    (void)what;
    return err_set(err, ERR_RUN, "there is no such document");
}

static void what_never_began_closes_no_descriptor_of_others(void **state)
{
    (void)state;
    struct session s = {0};
    struct results r = {0};
    results_begin(&r, &s, NULL);
    assert_int_equal(results_close(&r), 0);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
}

static void the_document_tells_the_code_with_which_it_ends(void **state)
{
    (void)state;
    struct session s = {0};
    struct results r = {0};
    char *text = NULL;
    size_t len = 0;
    results_begin(&r, &s, NULL);
    r.json = open_memstream(&text, &len);
    outcome_raise(&s.outcome, OUTCOME_DOUBT, "a doubt");
    results_settle(&r, true);
    results_keep(&r, &(struct document){.record.n = 1, .write = write_code, .what = &s});
    assert_null(r.json);
    assert_int_equal(results_close(&r), OUTCOME_DOUBT);
    char expected[32];
    snprintf(expected, sizeof expected, "{\"exit_code\": %d}", OUTCOME_DOUBT);
    assert_string_equal(text, expected);
    free(text);
}

static void a_document_that_cannot_be_written_makes_the_run_fail(void **state)
{
    (void)state;
    struct session s = {0};
    struct results r = {0};
    results_begin(&r, &s, NULL);
    r.json = fopen("/dev/null", "w");
    results_keep(&r, &(struct document){.record.n = 1, .write = refuse});
    assert_int_equal(results_close(&r), OUTCOME_RUN);
}

static void a_file_that_is_full_makes_the_run_fail(void **state)
{
    (void)state;
    struct session s = {0};
    struct results r = {0};
    results_begin(&r, &s, NULL);
    r.json = fopen("/dev/full", "w");
    results_keep(&r, &(struct document){.record.n = 1, .write = write_code, .what = &s});
    assert_int_equal(results_close(&r), OUTCOME_RUN);
}

// --- where it goes ---

static char folder[64];

static int open_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/hkv-results-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **state)
{
    static const char *const names[] = {"json", "html", "more", "db", "db-wal", "db-shm"};
    char path[96];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static char *path_of(const char *name, char path[96])
{
    snprintf(path, 96, "%s/%s", folder, name);
    return path;
}

static char *bytes_of(const char *path)
{
    char *text = NULL;
    size_t cap = 0;
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_true(getdelim(&text, &cap, 0, f) > 0);
    fclose(f);
    return text;
}

static void a_document_goes_to_all_that_asked_for_it(void **state)
{
    (void)state;
    char json[96], html[96], more[96], db[96];
    struct options o = {
        .json = path_of("json", json), .html = path_of("html", html), .save = path_of("db", db)};
    struct session s = {0};
    struct results r = {0};
    struct err err = {0};
    struct buf kept = {0};
    struct history *h;
    FILE *other = NULL;
    results_begin(&r, &s, NULL);
    assert_int_equal(
        results_open(&r, &o, &(struct output){"--series", path_of("more", more), &other}, 1, &err), 0);
    assert_non_null(other);
    assert_true(results_heard(&r));
    assert_false(results_on_stdout(&r));
    s.facts.target = s.facts.server_name = s.facts.server_version = s.facts.engine = "x";
    s.facts.host = &s.host;
    results_settle(&r, true);
    struct summary skipped = {.test = "mget", .title = "MGET", .ending = ENDING_SKIPPED};
    struct record record = {.kind = "run", .facts = &s.facts, .n = 1, .runs = &skipped};
    results_keep(&r, &(struct document){.record = record, .write = write_code, .what = &s});
    assert_int_equal(results_close(&r), 0);
    fclose(other);
    char *text = bytes_of(json);
    assert_string_equal(text, "{\"exit_code\": 0}");
    free(text);
    text = bytes_of(html);
    assert_non_null(strstr(text, "exit_code"));
    free(text);
    assert_int_equal(history_open(&h, db, HISTORY_READ, -1, &err), 0);
    assert_int_equal(history_document(h, 1, &kept, &err), 0);
    assert_string_equal(kept.at, "{\"exit_code\": 0}");
    buf_free(&kept);
    history_close(h);
}

static void one_file_is_not_asked_for_twice(void **state)
{
    (void)state;
    char path[96];
    struct options o = {.json = path_of("json", path), .html = path};
    struct session s = {0};
    struct results r = {0};
    struct err err = {0};
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("of another run", f);
    fclose(f);
    results_begin(&r, &s, NULL);
    int rc = results_open(&r, &o, NULL, 0, &err);
    assert_int_equal(rc, -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_int_equal(results_end(&r, rc, &err), OUTCOME_USAGE);
    char *text = bytes_of(path);
    assert_string_equal(text, "of another run"); // which nobody has emptied
    free(text);
}

static void a_document_may_take_standard_output(void **state)
{
    (void)state;
    struct session s = {0};
    struct results r = {.session = &s};
    assert_false(results_on_stdout(&r));
    r.json = stdout;
    assert_true(results_on_stdout(&r));
    r.json = NULL;
    r.html = stdout;
    assert_true(results_on_stdout(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_never_began_closes_no_descriptor_of_others),
        cmocka_unit_test(the_document_tells_the_code_with_which_it_ends),
        cmocka_unit_test(a_document_that_cannot_be_written_makes_the_run_fail),
        cmocka_unit_test(a_file_that_is_full_makes_the_run_fail),
        cmocka_unit_test_setup_teardown(a_document_goes_to_all_that_asked_for_it, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(one_file_is_not_asked_for_twice, open_folder, close_folder),
        cmocka_unit_test(a_document_may_take_standard_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
