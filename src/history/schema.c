// SPDX-License-Identifier: MIT
#include "history/schema.h"

#include <stdio.h>

// A 95 % interval's half over the value and over 1.96. One without an upper end reaches as far up as down, at
// least.
#define ERROR_OF(quantile)                                                                                   \
    "coalesce((coalesce(t.value ->> '$.latency_ns.intervals." quantile ".high',"                             \
    " 2 * (t.value ->> '$.latency_ns." quantile "') - (t.value ->> '$.latency_ns.intervals." quantile        \
    ".low')) - (t.value ->> '$.latency_ns.intervals." quantile                                               \
    ".low')) / 3.92 / (t.value ->> '$.latency_ns." quantile "'), 0)"

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

    // What was dug out of the documents whenever it was wanted has columns: here it is dug out for the last
    // time.
    "ALTER TABLE runs ADD COLUMN command_line TEXT NOT NULL DEFAULT '';"
    "UPDATE runs SET command_line = coalesce((SELECT group_concat(value, ' ')"
    "  FROM json_each(document, '$.command_line')), '') WHERE json_valid(document);"
    "ALTER TABLE tests ADD COLUMN rate REAL NOT NULL DEFAULT 0;" // struct load, from here
    "ALTER TABLE tests ADD COLUMN arrival TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE tests ADD COLUMN engine TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE tests ADD COLUMN clients INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN pipeline INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN pipeline_mode TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE tests ADD COLUMN threads INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN keepalive INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE tests ADD COLUMN sequential INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE tests ADD COLUMN quickack INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE tests ADD COLUMN payload_bytes INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE tests ADD COLUMN keyspace INTEGER NOT NULL DEFAULT -1;" // to here
    "ALTER TABLE tests ADD COLUMN requests INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN duration_s REAL NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN warmup_s REAL NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN ramp_s REAL NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN prefilled INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN promise TEXT NOT NULL DEFAULT '';"
    "UPDATE tests SET (rate, arrival, engine, clients, pipeline, pipeline_mode, threads, keepalive, "
    "sequential,"
    "  quickack, payload_bytes, keyspace, requests, duration_s, warmup_s, ramp_s, prefilled, promise) ="
    " (SELECT coalesce(CAST(c ->> '$.rate' AS REAL), 0), coalesce(c ->> '$.arrival', ''),"
    "  coalesce(c ->> '$.engine', iif(kind = 'run', runs_engine, ''), ''),"
    "  coalesce(CAST(c ->> '$.clients' AS INTEGER), 0), coalesce(CAST(c ->> '$.pipeline' AS INTEGER), 0),"
    "  coalesce(c ->> '$.pipeline_mode', ''), coalesce(CAST(c ->> '$.threads' AS INTEGER), 0),"
    "  coalesce(CAST(c ->> '$.keepalive' AS INTEGER), -1), coalesce(CAST(c ->> '$.sequential' AS INTEGER), "
    "-1),"
    "  coalesce(CAST(c ->> '$.quickack' AS INTEGER), -1),"
    "  coalesce(CAST(c ->> '$.payload_bytes' AS INTEGER), -1),"
    "  coalesce(CAST(c ->> '$.keyspace' AS INTEGER), -1), coalesce(CAST(c ->> '$.requests' AS INTEGER), 0),"
    "  coalesce(CAST(c ->> '$.duration_s' AS REAL), CAST(c ->> '$.slot_s' AS REAL), 0),"
    "  coalesce(CAST(c ->> '$.warmup_s' AS REAL), 0), coalesce(CAST(c ->> '$.ramp_s' AS REAL), 0),"
    "  coalesce(CAST(c ->> '$.prefilled' AS INTEGER), 0),"
    "  coalesce((SELECT group_concat(quantile || '=' || ns || 'ns', ',') FROM"
    "   (SELECT replace(value ->> '$.quantile', '_', '.') AS quantile, value ->> '$.ns' AS ns"
    "    FROM json_each(c, '$.slo') ORDER BY 1)), '')"
    "  FROM (SELECT kind, runs.engine AS runs_engine,"
    "   document -> ('$.tests[' || place || ']' || iif(kind = 'run', '.config', '')) AS c"
    "   FROM runs WHERE id = tests.run))"
    " WHERE run IN (SELECT id FROM runs WHERE json_valid(document));"
    "ALTER TABLE tests DROP COLUMN config;"
    "CREATE TABLE slots ("
    "  run INTEGER NOT NULL,"
    "  place INTEGER NOT NULL,"
    "  block INTEGER NOT NULL,"
    "  slot INTEGER NOT NULL,"
    "  target TEXT NOT NULL,"
    "  rps REAL NOT NULL,"
    "  p50_ns REAL NOT NULL,"
    "  p99_ns REAL NOT NULL,"
    "  p99_9_ns REAL NOT NULL,"
    "  capacity_rps REAL NOT NULL,"
    "  limited_by TEXT NOT NULL,"
    "  answered INTEGER NOT NULL,"
    "  errors INTEGER NOT NULL,"
    "  unfinished INTEGER NOT NULL,"
    "  hits INTEGER NOT NULL,"
    "  misses INTEGER NOT NULL,"
    "  doubts TEXT NOT NULL,"
    "  seconds REAL NOT NULL,"
    "  p50_error REAL NOT NULL,"
    "  p99_error REAL NOT NULL,"
    "  p99_9_error REAL NOT NULL,"
    "  PRIMARY KEY (run, place, block, slot),"
    "  FOREIGN KEY (run, place) REFERENCES tests (run, place) ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO slots SELECT run, place, block, slot, target, coalesce(CAST(s ->> '$.rps' AS REAL), 0),"
    "  coalesce(CAST(s ->> '$.p50_ns' AS REAL), 0), coalesce(CAST(s ->> '$.p99_ns' AS REAL), 0),"
    "  coalesce(CAST(s ->> '$.p99_9_ns' AS REAL), 0), coalesce(CAST(s ->> '$.capacity_rps' AS REAL), 0),"
    "  coalesce(s ->> '$.limited_by', ''), coalesce(CAST(s ->> '$.answered' AS INTEGER), 0),"
    "  coalesce(CAST(s ->> '$.errors' AS INTEGER), 0), coalesce(CAST(s ->> '$.unfinished' AS INTEGER), 0),"
    "  coalesce(CAST(s ->> '$.hits' AS INTEGER), 0), coalesce(CAST(s ->> '$.misses' AS INTEGER), 0),"
    "  coalesce((SELECT group_concat(value) FROM json_each(s, '$.doubts')), ''),"
    "  coalesce(CAST(s ->> '$.seconds' AS REAL), 0), 0, 0, 0"
    " FROM (SELECT runs.id AS run, t.key AS place, b.key AS block, s.key AS slot,"
    "   iif(kind = 'aa', '', coalesce(s.value ->> '$.target', '')) AS target,"
    "   json_patch(s.value, json_object('seconds', t.value ->> '$.slot_s')) AS s"
    "  FROM runs, json_each(document, '$.tests') AS t, json_each(t.value, '$.blocks') AS b,"
    "   json_each(b.value) AS s WHERE kind IN ('compare', 'aa') AND json_valid(document));"
    "INSERT INTO slots SELECT runs.id, t.key, 0, 0, '', coalesce(CAST(t.value ->> '$.rps' AS REAL), 0),"
    "  coalesce(CAST(t.value ->> '$.latency_ns.p50' AS REAL), 0),"
    "  coalesce(CAST(t.value ->> '$.latency_ns.p99' AS REAL), 0),"
    "  coalesce(CAST(t.value ->> '$.latency_ns.p99_9' AS REAL), 0), 0,"
    "  coalesce(t.value ->> '$.finding.limited_by', ''),"
    "  coalesce(CAST(t.value ->> '$.counts.answered' AS INTEGER), 0),"
    "  coalesce(CAST(t.value ->> '$.counts.errors' AS INTEGER), 0),"
    "  coalesce(CAST(t.value ->> '$.counts.unfinished' AS INTEGER), 0),"
    "  coalesce(CAST(t.value ->> '$.counts.hits' AS INTEGER), 0),"
    "  coalesce(CAST(t.value ->> '$.counts.misses' AS INTEGER), 0),"
    "  coalesce((SELECT group_concat(value ->> '$.name') FROM json_each(t.value, '$.doubts')), ''),"
    "  coalesce(CAST(t.value ->> '$.seconds' AS REAL), 0), " ERROR_OF("p50") ", " ERROR_OF(
        "p99") ", " ERROR_OF("p99_9") " FROM runs, json_each(document, '$.tests') AS t"
                                      " WHERE kind = 'run' AND json_valid(document) AND coalesce(t.value ->> "
                                      "'$.status', '') <> 'skipped'",

    "ALTER TABLE tests ADD COLUMN key_dist TEXT NOT NULL DEFAULT '';"
    "UPDATE tests SET key_dist = CASE sequential WHEN 0 THEN 'uniform' WHEN 1 THEN 'seq' ELSE '' END;",

    "ALTER TABLE tests ADD COLUMN workload TEXT NOT NULL DEFAULT '';",

    "ALTER TABLE tests ADD COLUMN tls INTEGER NOT NULL DEFAULT 0;", // there was none before

    // More of struct load, which older results say nothing of.
    "ALTER TABLE tests ADD COLUMN protocol INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN tracking TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE tests ADD COLUMN reconnect_every INTEGER NOT NULL DEFAULT -1;",

    // What a comparison came to: how many blocks, how often it was looked at, and why no block came after the
    // last.
    "ALTER TABLE tests ADD COLUMN blocks INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tests ADD COLUMN ended TEXT NOT NULL DEFAULT '';"
    "UPDATE tests SET (blocks, looks, ended) = (SELECT coalesce(json_array_length(t, '$.blocks'), 0),"
    "  coalesce(CAST(t ->> '$.looks' AS INTEGER), 0), coalesce(t ->> '$.ended', '')"
    "  FROM (SELECT document -> ('$.tests[' || place || ']') AS t FROM runs WHERE id = tests.run))"
    " WHERE run IN (SELECT id FROM runs WHERE kind IN ('compare', 'aa') AND json_valid(document));",

    // Times without service. Of comparisons from before it is not known how long they were.
    "ALTER TABLE slots ADD COLUMN outages INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE slots ADD COLUMN outage_s REAL NOT NULL DEFAULT 0;"
    "UPDATE slots SET (outages, outage_s) = (SELECT coalesce(json_array_length(t, '$.outages'), 0),"
    "  coalesce((SELECT sum(CAST(value ->> '$.seconds' AS REAL)) FROM json_each(t, '$.outages')), 0)"
    "  FROM (SELECT document -> ('$.tests[' || place || ']') AS t FROM runs WHERE id = slots.run))"
    " WHERE run IN (SELECT id FROM runs WHERE kind = 'run' AND json_valid(document));",

    // Whether the load that was named was the one that was sent; '': older results do not say.
    "ALTER TABLE tests ADD COLUMN validity TEXT NOT NULL DEFAULT '';",
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
