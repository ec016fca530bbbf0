// SPDX-License-Identifier: MIT
// Files that were cut short, whose bytes were changed, whose tables are missing, and a disk without room: a
// sentence that names the first error, never a crash, and never half a run.
#include "rig.h"

#include "base/rng.h"
#include "stats/metric.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#define FLIPS 150
#define CUTS 60

static char *whole; // the bytes of a good file
static size_t whole_len;

static bool see_run(void *ctx, const struct history_run *r)
{
    size_t *seen = ctx;
    *seen += strlen(r->target) + strlen(r->tags) + strlen(r->command_line);
    return true;
}

static bool see_test(void *ctx, const struct history_test *t)
{
    size_t *seen = ctx;
    *seen += strlen(t->test) + strlen(t->status);
    return true;
}

static bool see_slot(void *ctx, const struct history_slot *s)
{
    size_t *seen = ctx;
    *seen += strlen(s->test) + strlen(s->promise);
    return true;
}

static bool see_point(void *ctx, const struct history_point *p)
{
    size_t *seen = ctx;
    *seen += strlen(p->test) + strlen(p->label);
    return true;
}

// The sentence of something that failed tells of what failed.
static int checked(int rc, const struct err *err)
{
    if (rc == 0)
        return 0;
    assert_true(err->code != ERR_NONE);
    assert_true(strlen(err->text) > 10);
    assert_null(strstr(err->text, "not an error"));
    assert_null(strstr(err->text, "rollback"));
    assert_null(strstr(err->text, "another row available"));
    return rc;
}

// Everything that can be done with it. Answers whether all of it could be done.
static bool use_all(struct history *h)
{
    struct err err;
    struct buf document = {0};
    struct history_pick pick = {.run = 1}, all = {0};
    size_t seen = 0;
    int64_t run;
    bool fine = true;
    fine &= checked(history_find(h, "1", &run, (err = (struct err){0}, &err)), &err) == 0;
    fine &= checked(history_document(h, 1, &document, (err = (struct err){0}, &err)), &err) == 0;
    fine &= checked(walk_runs(h, &pick, see_run, &seen, (err = (struct err){0}, &err)), &err) == 0;
    fine &= checked(walk_tests(h, 1, see_test, &seen, (err = (struct err){0}, &err)), &err) == 0;
    fine &= checked(walk_slots(h, 1, see_slot, &seen, (err = (struct err){0}, &err)), &err) == 0;
    fine &= checked(walk_points(h, &all, see_point, &seen, (err = (struct err){0}, &err)), &err) == 0;
    err = (struct err){0};
    fine &= checked(save_record(h, &rig_run(2, 1, "a=b")->record, RIG_DOCUMENT, &run, &err), &err) == 0;
    fine &= checked(history_delete(h, 1, (err = (struct err){0}, &err)), &err) == 0;
    buf_free(&document);
    return fine;
}

static void write_file(const char *bytes, size_t len)
{
    unlink(rig_path);
    FILE *f = fopen(rig_path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    fclose(f);
}

// Opens and uses it. Answers whether nothing was wrong.
static bool survives(void)
{
    struct history *h;
    struct err err = {0};
    if (checked(history_open(&h, rig_path, HISTORY_SAVE, -1, &err), &err) < 0)
        return false;
    bool fine = use_all(h);
    history_close(h);
    return fine;
}

static int setup(void **state)
{
    if (rig_setup(state) < 0)
        return -1;
    struct history *h = rig_open(HISTORY_SAVE);
    for (int i = 0; i < 40; i++) // several pages of each table
        rig_save(h, rig_run(i, i + 1, "commit=1a2b"));
    history_close(h);
    struct stat is;
    int fd = open(rig_path, O_RDONLY);
    if (fd < 0 || fstat(fd, &is) < 0 || !(whole = malloc((size_t)is.st_size)))
        return -1;
    whole_len = (size_t)is.st_size;
    ssize_t n = read(fd, whole, whole_len);
    close(fd);
    return n == (ssize_t)whole_len ? 0 : -1;
}

static int teardown(void **state)
{
    free(whole);
    return rig_teardown(state);
}

static void a_good_file_has_none_of_it(void **state)
{
    (void)state;
    assert_true(survives());
}

static void a_file_that_was_cut_short_has_a_sentence(void **state)
{
    (void)state;
    unsigned refused = 0;
    for (size_t i = 1; i < CUTS; i++) {
        write_file(whole, whole_len * i / CUTS);
        refused += !survives();
    }
    assert_true(refused > CUTS / 2); // what is lost of other runs' pages harms nobody
}

static void changed_bytes_have_a_sentence_or_do_no_harm(void **state)
{
    (void)state;
    struct rng rng = rng_init(17, 0);
    char *bytes = malloc(whole_len);
    assert_non_null(bytes);
    unsigned refused = 0;
    for (int i = 0; i < FLIPS; i++) {
        memcpy(bytes, whole, whole_len);
        for (int k = 0; k < 64; k++)
            bytes[rng_next(&rng) % whole_len] = (char)rng_next(&rng);
        if (i % 3 == 0)
            bytes[rng_next(&rng) % 100] ^= (char)(1 + rng_next(&rng) % 255); // the header
        write_file(bytes, whole_len);
        refused += !survives();
    }
    free(bytes);
    assert_true(refused > FLIPS / 4); // or nothing was damaged
}

static void change(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(rig_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_version_below_zero_is_refused(void **state)
{
    (void)state;
    struct history *h;
    change("PRAGMA user_version = -1");
    assert_int_equal(history_open(&h, rig_path, HISTORY_READ, -1, &rig_err), -1);
    assert_non_null(strstr(rig_err.text, "is damaged"));
    assert_int_equal(history_open(&h, rig_path, HISTORY_SAVE, -1, &rig_err), -1);
}

static void a_missing_table_is_named(void **state)
{
    (void)state;
    struct history *h;
    int64_t run;
    change("DROP TABLE metrics");
    h = rig_open(HISTORY_SAVE);
    assert_int_equal(save_record(h, &rig_run(1, 1, "a=b")->record, RIG_DOCUMENT, &run, &rig_err), -1);
    assert_non_null(strstr(rig_err.text, "no such table"));
    size_t seen = 0;
    assert_int_equal(walk_tests(h, 1, see_test, &seen, &rig_err), -1);
    assert_non_null(strstr(rig_err.text, "no such table"));
    history_close(h);
}

static void a_run_that_was_deleted_meanwhile_is_said_to_be_gone(void **state)
{
    (void)state;
    struct buf document = {0};
    struct history *h = rig_open(HISTORY_READ);
    assert_int_equal(history_document(h, 4711, &document, &rig_err), -1);
    assert_non_null(strstr(rig_err.text, "run 4711 is no longer in the history"));
    history_close(h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_file_has_none_of_it),
        TEST(a_file_that_was_cut_short_has_a_sentence),
        TEST(changed_bytes_have_a_sentence_or_do_no_harm),
        TEST(a_version_below_zero_is_refused),
        TEST(a_missing_table_is_named),
        TEST(a_run_that_was_deleted_meanwhile_is_said_to_be_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
