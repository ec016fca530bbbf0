// SPDX-License-Identifier: MIT
#include "history/history.h"

#include "base/units.h"
#include "history/db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUOTE 64

int history_open(struct history **out, const char *path, enum history_mode mode, int stop_fd, struct err *err)
{
    struct history *h = calloc(1, sizeof *h);
    if (h) {
        h->path = strdup(path);
        h->stop_fd = stop_fd;
    }
    int rc = h && h->path ? db_open(h, mode == HISTORY_SAVE, err)
                          : err_set(err, ERR_RUN, "not enough memory to open a history");
    if (rc < 0)
        history_close(h);
    *out = rc < 0 ? NULL : h;
    return rc;
}

void history_close(struct history *h)
{
    if (!h)
        return;
    sqlite3_close(h->db);
    free(h->path);
    free(h);
}

// --- saving ---

// Where the document has each figure, and what makes it a lower bound.
static const struct {
    const char *value, *at_least;
} paths[METRICS] = {
    [METRIC_RPS] = {"$.rps", NULL},
    [METRIC_MEAN] = {"$.latency_ns.mean", "$.counts.unfinished"},
    [METRIC_MIN] = {"$.latency_ns.min", "$.counts.unfinished"},
    [METRIC_MAX] = {"$.latency_ns.max", "$.counts.unfinished"},
    [METRIC_P50 + QUANTILE_P50] = {"$.latency_ns.p50", "$.latency_ns.intervals.p50.at_least"},
    [METRIC_P50 + QUANTILE_P90] = {"$.latency_ns.p90", "$.latency_ns.intervals.p90.at_least"},
    [METRIC_P50 + QUANTILE_P95] = {"$.latency_ns.p95", "$.latency_ns.intervals.p95.at_least"},
    [METRIC_P50 + QUANTILE_P99] = {"$.latency_ns.p99", "$.latency_ns.intervals.p99.at_least"},
    [METRIC_P50 + QUANTILE_P999] = {"$.latency_ns.p99_9", "$.latency_ns.intervals.p99_9.at_least"},
    [METRIC_P50 + QUANTILE_P9999] = {"$.latency_ns.p99_99", "$.latency_ns.intervals.p99_99.at_least"},
    [METRIC_ERRORS] = {"$.counts.errors", NULL},
    [METRIC_UNFINISHED] = {"$.counts.unfinished", NULL},
    [METRIC_HITS] = {"$.hit_ratio", NULL},
    [METRIC_KEPT] = {"$.kept", NULL},
    [METRIC_CPU_US] = {"$.client_cpu.us_per_request", NULL},
    [METRIC_CAPACITY] = {"$.capacity_rps", "$.at_least"},
};

static int insert_run(struct history *h, const char *kind, const char *document)
{
    sqlite3_stmt *q = db_prepare(
        h, "INSERT INTO runs (kind, started, tool_version, tool_git, target, server_name, server_version,"
           " engine, seed, host, cpu, exit_code, document)"
           " SELECT ?1, d ->> '$.started', coalesce(d ->> '$.tool.version', ''),"
           " coalesce(d ->> '$.tool.git', ''), coalesce(d ->> '$.server.target', iif(?1 = 'aa', d ->> "
           "'$.targets[0].target', (SELECT"
           " group_concat(t.value ->> '$.name', ', ') FROM json_each(d, '$.targets') AS t)), ''),"
           " coalesce(d ->> '$.server.name', iif(?1 = 'aa', d ->> '$.targets[0].server', ''), ''),"
           " coalesce(d ->> '$.server.version', iif(?1 = 'aa', d ->> '$.targets[0].version', ''), ''),"
           " coalesce(d ->> '$.config.engine', d ->> '$.engine', ''),"
           " coalesce(d ->> '$.config.seed', d ->> '$.seed', ''),"
           " coalesce(d ->> '$.environment.host', ''), coalesce(d ->> '$.environment.cpu', ''),"
           " coalesce(d ->> '$.exit_code', 0), d FROM (SELECT ?2 AS d)");
    db_bind(q, 1, kind);
    db_bind(q, 2, document);
    return db_finish(q);
}

static int insert_parts(struct history *h, const char *sql, int64_t run)
{
    sqlite3_stmt *q = db_prepare(h, sql);
    sqlite3_bind_int64(q, 1, run);
    return db_finish(q);
}

static int insert_metrics(struct history *h, int64_t run)
{
    for (int m = 0; m < METRICS; m++) {
        sqlite3_stmt *q = db_prepare(
            h, "INSERT INTO metrics SELECT ?1, t.key, ?2, t.value ->> ?3,"
               " coalesce(t.value ->> ?4, 0) <> 0 FROM runs, json_each(document, '$.tests') AS t"
               " WHERE runs.id = ?1 AND kind = ?5 AND coalesce(t.value ->> '$.status', '') <> 'skipped'"
               " AND t.value ->> ?3 IS NOT NULL");
        sqlite3_bind_int64(q, 1, run);
        db_bind(q, 2, metric_name(m));
        db_bind(q, 3, paths[m].value);
        db_bind(q, 4, paths[m].at_least);
        db_bind(q, 5, m == METRIC_CAPACITY ? "saturate" : "run");
        if (db_finish(q) < 0)
            return -1;
    }
    return 0;
}

static int insert(struct history *h, const char *kind, const char *document, int64_t *run)
{
    if (insert_run(h, kind, document) < 0)
        return -1;
    *run = sqlite3_last_insert_rowid(h->db);
    if (insert_parts(h,
                     "INSERT INTO tags SELECT ?1, t.key, t.value"
                     " FROM runs, json_each(document, '$.tags') AS t WHERE runs.id = ?1",
                     *run) < 0 ||
        insert_parts(h,
                     "INSERT INTO tests SELECT ?1, t.key, t.value ->> '$.test', t.value ->> '$.title',"
                     " coalesce(t.value ->> '$.status', iif(kind <> 'run', 'done', NULL)), "
                     "coalesce(t.value -> '$.config', '{}'),"
                     " coalesce(t.value ->> '$.finding.limited_by', ''),"
                     " coalesce(json_array_length(t.value, '$.doubts'), 0)"
                     " FROM runs, json_each(document, '$.tests') AS t WHERE runs.id = ?1",
                     *run) < 0)
        return -1;
    return insert_metrics(h, *run);
}

// Whether its file is no longer there: what is written to it then is lost with it.
static bool is_gone(struct history *h)
{
    int moved = 0;
    return sqlite3_file_control(h->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

// The one that is there now, or a new one.
static int reopen(struct history *h, struct err *err)
{
    sqlite3_close(h->db);
    h->db = NULL;
    return db_open(h, true, err);
}

static int tell_reopened(const struct history *h, struct err *err)
{
    char quoted[QUOTE];
    return err_set(err, ERR_RUN,
                   "'%s' was deleted or replaced during the run: this run is in the file that is there now",
                   slice_quote(slice_of(h->path), quoted, sizeof quoted));
}

int history_save(struct history *h, const char *kind, const char *document, int64_t *run, struct err *err)
{
    bool gone = is_gone(h);
    if (gone && reopen(h, err) < 0)
        return -1;
    bool begun = sqlite3_exec(h->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    if (begun && insert(h, kind, document, run) == 0 &&
        sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return gone ? tell_reopened(h, err) : 0;
    db_trouble(h, "written to, and nothing of this run is in it", err);
    if (begun)
        sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

// --- one run ---

int history_find(struct history *h, const char *word, int64_t *run, struct err *err)
{
    char quoted[QUOTE];
    uint64_t id = 0;
    bool last = strcmp(word, "last") == 0;
    slice_quote(slice_of(word), quoted, sizeof quoted);
    if (!last && (units_parse_count(word, &id) < 0 || id > INT64_MAX))
        return err_set(err, ERR_USAGE, "a run is named by its number in 'list', or by last, not by '%s'",
                       quoted);
    sqlite3_stmt *q = db_prepare(h, last ? "SELECT max(id) FROM runs" : "SELECT id FROM runs WHERE id = ?1");
    sqlite3_bind_int64(q, 1, (int64_t)id);
    int rc = q ? sqlite3_step(q) : SQLITE_ERROR;
    bool there = rc == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL;
    *run = there ? sqlite3_column_int64(q, 0) : 0;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        db_trouble(h, "read", err);
    sqlite3_finalize(q);
    if (there || (rc != SQLITE_ROW && rc != SQLITE_DONE))
        return there ? 0 : -1;
    return last ? err_set(err, ERR_USAGE, "there is no run in it yet")
                : err_set(err, ERR_USAGE, "there is no run %s: 'list' shows those that are there", quoted);
}

int history_delete(struct history *h, int64_t run, struct err *err)
{
    sqlite3_stmt *q = db_prepare(h, "DELETE FROM runs WHERE id = ?1");
    sqlite3_bind_int64(q, 1, run);
    return db_finish(q) < 0 ? db_trouble(h, "written to", err) : 0;
}

// The one text that the query answers, with a NUL after it.
static int take_text(struct history *h, const char *sql, int64_t run, struct buf *out, struct err *err)
{
    sqlite3_stmt *q = db_prepare(h, sql);
    sqlite3_bind_int64(q, 1, run);
    int rc = q ? sqlite3_step(q) : SQLITE_ERROR;
    int answer = 0;
    if (rc == SQLITE_DONE)
        answer = err_set(err, ERR_RUN, "run %lld is no longer in the history", (long long)run);
    else if (rc != SQLITE_ROW)
        answer = db_trouble(h, "read", err);
    else if (buf_append(out, db_text(q, 0), strlen(db_text(q, 0)) + 1) < 0)
        answer = err_set(err, ERR_RUN, "not enough memory to read a run");
    sqlite3_finalize(q);
    return answer;
}

int history_document(struct history *h, int64_t run, struct buf *out, struct err *err)
{
    return take_text(h, "SELECT document FROM runs WHERE id = ?1", run, out, err);
}

int history_environment(struct history *h, int64_t run, struct buf *out, struct err *err)
{
    return take_text(h, "SELECT coalesce(document -> '$.environment', '{}') FROM runs WHERE id = ?1", run,
                     out, err);
}
