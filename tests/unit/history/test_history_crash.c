// SPDX-License-Identifier: MIT
// Real processes that write at once, and some that are killed in the middle of it: what was committed is
// there, whole, and nothing else is.
#include "rig.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#define WRITERS 6
#define EACH 15
#define TESTS_OF_A_RUN 3
#define SLOTS_OF_A_RUN 2
#define METRICS_OF_A_RUN 18 // of rig_run: 13 of set, 5 of get

static int64_t number(const char *query)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    assert_int_equal(sqlite3_open(rig_path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 10000);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

static void all_runs_are_whole(int64_t runs)
{
    assert_int_equal(number("SELECT count(*) FROM runs"), runs);
    assert_int_equal(number("SELECT count(*) FROM tests"), runs * TESTS_OF_A_RUN);
    assert_int_equal(number("SELECT count(*) FROM metrics"), runs * METRICS_OF_A_RUN);
    assert_int_equal(number("SELECT count(*) FROM tags"), runs);
    assert_int_equal(number("SELECT count(*) FROM slots"), runs * SLOTS_OF_A_RUN);
    assert_int_equal(number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
    assert_int_equal(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

// In the child: opens, saves n runs and writes a byte for each that is kept. n < 0: for ever.
static _Noreturn void write_runs(int told, int n)
{
    struct history *h;
    struct err err;
    int64_t run;
    if (history_open(&h, rig_path, HISTORY_SAVE, -1, &err) < 0)
        _exit(1);
    for (int i = 0; n < 0 || i < n; i++)
        if (save_record(h, &rig_run(1, 1, "a=b")->record, RIG_DOCUMENT, &run, &err) < 0 ||
            write(told, "", 1) != 1)
            _exit(2);
    history_close(h);
    _exit(0);
}

static pid_t start(int *told, int n)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        write_runs(ends[1], n);
    }
    close(ends[1]);
    *told = ends[0];
    return child;
}

static int status_of(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

// Counts the bytes to the end, and lets go of it.
static int hear(int told)
{
    char bytes[256];
    int n = 0;
    for (ssize_t got; (got = read(told, bytes, sizeof bytes)) > 0;)
        n += (int)got;
    close(told);
    return n;
}

// They also make the file, all of them at once.
static void writers_at_once_lose_nothing(void **state)
{
    (void)state;
    pid_t child[WRITERS];
    int told[WRITERS];
    for (int i = 0; i < WRITERS; i++)
        child[i] = start(&told[i], EACH);
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(hear(told[i]), EACH);
        assert_int_equal(status_of(child[i]), 0);
    }
    all_runs_are_whole(WRITERS * EACH);
}

// Killed wherever it happens to be. One run more than was told may be there: kept, and not yet told.
static void a_kill_at_any_moment_leaves_no_half_run(void **state)
{
    (void)state;
    int64_t told_of = 0, there = 0;
    for (int round = 1; round <= 10; round++) {
        int told;
        char byte;
        pid_t child = start(&told, -1);
        for (int i = 0; i < round; i++)
            assert_int_equal(read(told, &byte, 1), 1);
        usleep((useconds_t)round * 337);
        kill(child, SIGKILL);
        assert_true(WIFSIGNALED(status_of(child)));
        told_of = there + round + hear(told);
        there = number("SELECT count(*) FROM runs");
        assert_in_range(there, told_of, told_of + 1);
        all_runs_are_whole(there);
    }
}

// --- killed at a place that is chosen ---

static void die(sqlite3_context *context, int n, sqlite3_value **values)
{
    (void)context;
    (void)n;
    (void)values;
    kill(getpid(), SIGKILL);
}

static int know_die(sqlite3 *db, char **error, const void *api)
{
    (void)error;
    (void)api;
    return sqlite3_create_function(db, "die", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL, die, NULL, NULL);
}

// A trigger kills whoever has written so far into the run.
static void set_trap(const char *table, const char *when)
{
    sqlite3 *db;
    char text[256];
    snprintf(
        text, sizeof text,
        "DROP TRIGGER IF EXISTS trap; CREATE TRIGGER trap AFTER INSERT ON %s WHEN %s BEGIN SELECT die(); END",
        table, when);
    assert_int_equal(sqlite3_open(rig_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_kill_between_two_rows_leaves_the_others(void **state)
{
    (void)state;
    static const struct {
        const char *table, *when;
    } traps[] = {{"runs", "1"},
                 {"tags", "1"},
                 {"tests", "new.place = 1"},
                 {"metrics", "new.metric = 'rps'"},
                 {"metrics", "new.metric = 'cpu_us'"},
                 {"slots", "1"}};
    struct history *h = rig_open(HISTORY_SAVE);
    rig_save(h, rig_run(1, 1, "a=b"));
    rig_save(h, rig_run(2, 1, "a=b"));
    history_close(h);
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
        int told;
        set_trap(traps[i].table, traps[i].when);
        pid_t child = start(&told, 1);
        assert_int_equal(hear(told), 0);
        int status = status_of(child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        all_runs_are_whole(2);
    }
}

static int learn(void **state)
{
    (void)state;
    return sqlite3_auto_extension((void (*)(void))know_die);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writers_at_once_lose_nothing),
        TEST(a_kill_at_any_moment_leaves_no_half_run),
        TEST(a_kill_between_two_rows_leaves_the_others),
    };
    return cmocka_run_group_tests(tests, learn, NULL);
}
