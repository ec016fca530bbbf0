// SPDX-License-Identifier: MIT
// A history of form 1, as hkv-bench 0.1.0 before the columns of form 2 wrote it: everything was taken from
// the document.
#pragma once

#include "history/schema.h"
#include "rig.h"

#include <sqlite3.h>

static const char *const form1_inserts[] = {
    "INSERT INTO runs (kind, started, tool_version, tool_git, target, server_name, server_version, engine, "
    "seed,"
    " host, cpu, exit_code, document)"
    " SELECT ?1, d ->> '$.started', coalesce(d ->> '$.tool.version', ''), coalesce(d ->> '$.tool.git', ''),"
    " coalesce(d ->> '$.server.target', iif(?1 = 'aa', d ->> '$.targets[0].target', (SELECT"
    " group_concat(t.value ->> '$.name', ', ') FROM json_each(d, '$.targets') AS t)), ''),"
    " coalesce(d ->> '$.server.name', iif(?1 = 'aa', d ->> '$.targets[0].server', ''), ''),"
    " coalesce(d ->> '$.server.version', iif(?1 = 'aa', d ->> '$.targets[0].version', ''), ''),"
    " coalesce(d ->> '$.config.engine', d ->> '$.engine', ''),"
    " coalesce(d ->> '$.config.seed', d ->> '$.seed', ''), coalesce(d ->> '$.environment.host', ''),"
    " coalesce(d ->> '$.environment.cpu', ''), coalesce(d ->> '$.exit_code', 0), d FROM (SELECT ?2 AS d)",
    "INSERT INTO tags SELECT (SELECT max(id) FROM runs), t.key, t.value FROM json_each(?2, '$.tags') AS t",
    "INSERT INTO tests SELECT (SELECT max(id) FROM runs), t.key, t.value ->> '$.test', t.value ->> '$.title',"
    " coalesce(t.value ->> '$.status', iif(?1 <> 'run', 'done', NULL)), coalesce(t.value -> '$.config', "
    "'{}'),"
    " coalesce(t.value ->> '$.finding.limited_by', ''), coalesce(json_array_length(t.value, '$.doubts'), 0)"
    " FROM json_each(?2, '$.tests') AS t",
};

static const struct {
    const char *name, *value, *at_least;
} form1_metrics[] = {
    {"rps", "$.rps", NULL},
    {"mean", "$.latency_ns.mean", "$.counts.unfinished"},
    {"min", "$.latency_ns.min", "$.counts.unfinished"},
    {"max", "$.latency_ns.max", "$.counts.unfinished"},
    {"p50", "$.latency_ns.p50", "$.latency_ns.intervals.p50.at_least"},
    {"p90", "$.latency_ns.p90", "$.latency_ns.intervals.p90.at_least"},
    {"p95", "$.latency_ns.p95", "$.latency_ns.intervals.p95.at_least"},
    {"p99", "$.latency_ns.p99", "$.latency_ns.intervals.p99.at_least"},
    {"p99.9", "$.latency_ns.p99_9", "$.latency_ns.intervals.p99_9.at_least"},
    {"p99.99", "$.latency_ns.p99_99", "$.latency_ns.intervals.p99_99.at_least"},
    {"errors", "$.counts.errors", NULL},
    {"unfinished", "$.counts.unfinished", NULL},
    {"hits", "$.hit_ratio", NULL},
    {"kept", "$.kept", NULL},
    {"cpu_us", "$.client_cpu.us_per_request", NULL},
    {"capacity", "$.capacity_rps", "$.at_least"},
};

static inline void form1_insert(sqlite3 *db, const char *sql, const char *const texts[5])
{
    sqlite3_stmt *q;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    for (int i = 0; i < 5 && texts[i]; i++)
        sqlite3_bind_text(q, i + 1, texts[i], -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(q), SQLITE_DONE);
    sqlite3_finalize(q);
}

// The file must still be of form 1: no history opened it since.
static inline void form1_save(const char *kind, const char *document)
{
    char why[SCHEMA_WHY];
    sqlite3 *db;
    assert_int_equal(sqlite3_open(rig_path, &db), SQLITE_OK);
    assert_int_equal(schema_migrate(db, schema_steps, 1, why), SQLITE_OK);
    for (size_t i = 0; i < sizeof form1_inserts / sizeof *form1_inserts; i++)
        form1_insert(db, form1_inserts[i], (const char *[5]){kind, document});
    for (size_t i = 0; i < sizeof form1_metrics / sizeof *form1_metrics; i++)
        form1_insert(db,
                     "INSERT INTO metrics SELECT (SELECT max(id) FROM runs), t.key, ?3, t.value ->> ?4,"
                     " coalesce(t.value ->> ?5, 0) <> 0 FROM json_each(?2, '$.tests') AS t"
                     " WHERE ?1 = iif(?3 = 'capacity', 'saturate', 'run')"
                     " AND coalesce(t.value ->> '$.status', '') <> 'skipped' AND t.value ->> ?4 IS NOT NULL",
                     (const char *[5]){kind, document, form1_metrics[i].name, form1_metrics[i].value,
                                       form1_metrics[i].at_least});
    sqlite3_close(db);
}
