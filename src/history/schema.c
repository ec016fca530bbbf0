// SPDX-License-Identifier: MIT
#include "history/schema.h"

#include <stdio.h>

const char *const schema_steps[] = {
    "CREATE TABLE runs ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT," // a deleted run's number is never given again
    "  kind TEXT NOT NULL,"
    "  started TEXT NOT NULL,"
    "  tool_version TEXT NOT NULL,"
    "  tool_git TEXT NOT NULL,"
    "  target TEXT NOT NULL,"
    "  server_name TEXT NOT NULL,"
    "  server_version TEXT NOT NULL,"
    "  engine TEXT NOT NULL,"
    "  seed TEXT NOT NULL,"
    "  host TEXT NOT NULL,"
    "  cpu TEXT NOT NULL,"
    "  exit_code INTEGER NOT NULL,"
    "  document TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE tags ("
    "  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
    "  key TEXT NOT NULL,"
    "  value TEXT NOT NULL,"
    "  PRIMARY KEY (run, key)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX tags_by_key ON tags (key, value);"
    "CREATE TABLE tests ("
    "  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
    "  place INTEGER NOT NULL,"
    "  test TEXT NOT NULL,"
    "  title TEXT NOT NULL,"
    "  status TEXT NOT NULL,"
    "  config TEXT NOT NULL,"
    "  limited_by TEXT NOT NULL,"
    "  doubts INTEGER NOT NULL,"
    "  PRIMARY KEY (run, place)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE metrics ("
    "  run INTEGER NOT NULL,"
    "  place INTEGER NOT NULL,"
    "  metric TEXT NOT NULL,"
    "  value REAL NOT NULL,"
    "  at_least INTEGER NOT NULL,"
    "  PRIMARY KEY (run, place, metric),"
    "  FOREIGN KEY (run, place) REFERENCES tests (run, place) ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;",
};

const int schema_version = sizeof schema_steps / sizeof *schema_steps;

static int number(sqlite3 *db, const char *sql, int *out)
{
    sqlite3_stmt *q;
    int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
    if (rc != SQLITE_OK)
        return rc;
    rc = sqlite3_step(q);
    if (rc == SQLITE_ROW)
        *out = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    return rc == SQLITE_ROW ? SQLITE_OK : rc == SQLITE_DONE ? SQLITE_CORRUPT : rc;
}

// Ends a transaction in vain. SQLite ends it by itself after some errors, and then has nothing to roll back;
// the words of the error that came first are gone either way, so they are kept before.
static int give_up(sqlite3 *db, int rc, char why[SCHEMA_WHY])
{
    snprintf(why, SCHEMA_WHY, "%s", sqlite3_errcode(db) == rc ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
    if (!sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

int schema_look(sqlite3 *db, enum schema_state *state, int *version, char why[SCHEMA_WHY])
{
    int id = 0, tables = 0;
    // In one transaction: another process may make the file meanwhile, and half of that is no answer.
    int rc = sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = number(db, "PRAGMA application_id", &id);
    if (rc == SQLITE_OK)
        rc = number(db, "PRAGMA user_version", version);
    if (rc == SQLITE_OK)
        rc = number(db, "SELECT count(*) FROM sqlite_schema", &tables);
    if (rc != SQLITE_OK)
        return give_up(db, rc, why);
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    if (id == 0 && *version == 0 && tables == 0)
        *state = SCHEMA_EMPTY;
    else if (id != SCHEMA_APPLICATION_ID)
        *state = SCHEMA_FOREIGN;
    else if (*version < 0)
        *state = SCHEMA_DAMAGED;
    else
        *state = *version > schema_version ? SCHEMA_NEWER : SCHEMA_OURS;
    return SQLITE_OK;
}

static int run_step(sqlite3 *db, const char *step, int version)
{
    char sql[96];
    int rc = sqlite3_exec(db, step, NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return rc;
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", SCHEMA_APPLICATION_ID,
             version);
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

int schema_migrate(sqlite3 *db, const char *const *steps, int n, char why[SCHEMA_WHY])
{
    int version = 0;
    int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (rc == SQLITE_OK) // again: another process may have been here meanwhile
        rc = number(db, "PRAGMA user_version", &version);
    if (version < 0)
        rc = SQLITE_CORRUPT;
    for (; rc == SQLITE_OK && version < n; version++)
        rc = run_step(db, steps[version], version + 1);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    return rc == SQLITE_OK ? rc : give_up(db, rc, why);
}
