// SPDX-License-Identifier: MIT
#include "history/schema.h"

#include "rig.h"

static char why[SCHEMA_WHY];

static sqlite3 *open_db(void)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(rig_path, &db), SQLITE_OK);
    return db;
}

static int number(sqlite3 *db, const char *query)
{
    sqlite3_stmt *q;
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int n = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    return n;
}

static int version(sqlite3 *db)
{
    return number(db, "PRAGMA user_version");
}

static const char *const steps[] = {
    "CREATE TABLE a (x); INSERT INTO a VALUES (1)",
    "ALTER TABLE a ADD COLUMN y DEFAULT 7; INSERT INTO a VALUES (2, 8)",
    "UPDATE a SET y = y + x",
};

static void each_step_is_done_once(void **state)
{
    (void)state;
    sqlite3 *db = open_db();
    for (int n = 1; n <= 3; n++) {
        assert_int_equal(schema_migrate(db, steps, n, why), SQLITE_OK);
        assert_int_equal(schema_migrate(db, steps, n, why), SQLITE_OK);
        assert_int_equal(version(db), n);
    }
    assert_int_equal(number(db, "SELECT sum(y) FROM a"), 7 + 1 + 8 + 2);
    sqlite3_close(db);
}

static void from_any_version_to_the_last(void **state)
{
    (void)state;
    for (int n = 0; n <= 3; n++) {
        sqlite3 *db = open_db();
        assert_int_equal(schema_migrate(db, steps, n, why), SQLITE_OK);
        assert_int_equal(schema_migrate(db, steps, 3, why), SQLITE_OK);
        assert_int_equal(version(db), 3);
        assert_int_equal(number(db, "SELECT sum(y) FROM a"), 18);
        sqlite3_close(db);
        unlink(rig_path);
    }
}

static void a_failed_step_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {"CREATE TABLE a (x); INSERT INTO a VALUES (1)", "DELETE FROM a",
                                        "INSERT INTO nowhere VALUES (1)"};
    sqlite3 *db = open_db();
    assert_int_equal(schema_migrate(db, wrong, 1, why), SQLITE_OK);
    assert_int_not_equal(schema_migrate(db, wrong, 3, why), SQLITE_OK);
    assert_string_equal(why, "no such table: nowhere");
    assert_int_equal(version(db), 1);
    assert_int_equal(number(db, "SELECT count(*) FROM a"), 1);
    assert_int_equal(sqlite3_get_autocommit(db), 1);
    sqlite3_close(db);
}

// The tables of version 1 as they were released: a change to them needs a step of its own.
static void version_1_stays_what_it_was(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "SELECT id, kind, started, tool_version, tool_git, target, server_name, server_version, engine, "
        "seed, host,"
        " cpu, exit_code, document FROM runs",
        "SELECT run, key, value FROM tags",
        "SELECT run, place, test, title, status, config, limited_by, doubts FROM tests",
        "SELECT run, place, metric, value, at_least FROM metrics",
    };
    sqlite3 *db = open_db();
    assert_int_equal(schema_migrate(db, schema_steps, 1, why), SQLITE_OK);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        assert_int_equal(sqlite3_exec(db, queries[i], NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"),
                     5); // + sqlite_sequence
    sqlite3_close(db);
}

static void states(void **state)
{
    (void)state;
    enum schema_state s;
    int v;
    sqlite3 *db = open_db();
    assert_int_equal(schema_look(db, &s, &v, why), SQLITE_OK);
    assert_int_equal(s, SCHEMA_EMPTY);
    assert_int_equal(schema_migrate(db, schema_steps, schema_version, why), SQLITE_OK);
    assert_int_equal(schema_look(db, &s, &v, why), SQLITE_OK);
    assert_int_equal(s, SCHEMA_OURS);
    assert_int_equal(v, schema_version);
    sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL);
    assert_int_equal(schema_look(db, &s, &v, why), SQLITE_OK);
    assert_int_equal(s, SCHEMA_NEWER);
    sqlite3_exec(db, "PRAGMA user_version = -3", NULL, NULL, NULL);
    assert_int_equal(schema_look(db, &s, &v, why), SQLITE_OK);
    assert_int_equal(s, SCHEMA_DAMAGED);
    assert_int_equal(schema_migrate(db, schema_steps, schema_version, why), SQLITE_CORRUPT);
    assert_string_equal(why, "database disk image is malformed");
    sqlite3_exec(db, "PRAGMA application_id = 5", NULL, NULL, NULL);
    assert_int_equal(schema_look(db, &s, &v, why), SQLITE_OK);
    assert_int_equal(s, SCHEMA_FOREIGN);
    sqlite3_close(db);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_step_is_done_once),
        TEST(from_any_version_to_the_last),
        TEST(a_failed_step_changes_nothing),
        TEST(version_1_stays_what_it_was),
        TEST(states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
