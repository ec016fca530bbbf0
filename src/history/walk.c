// SPDX-License-Identifier: MIT
// What history.h shows row by row.
#include "history/db.h"
#include "history/history.h"

#include <stdio.h>
#include <string.h>

// Steps until the end or until take() has had enough.
static int walk(struct history *h, sqlite3_stmt *q, bool (*take)(void *walker, sqlite3_stmt *q), void *walker,
                struct err *err)
{
    int rc = q ? sqlite3_step(q) : SQLITE_ERROR;
    while (rc == SQLITE_ROW)
        rc = take(walker, q) ? sqlite3_step(q) : SQLITE_DONE;
    int answer = rc == SQLITE_DONE ? 0 : db_trouble(h, "read", err);
    sqlite3_finalize(q);
    return answer;
}

static void bind_tag(sqlite3_stmt *q, int at, const struct history_tag *tag)
{
    db_bind(q, at, tag ? tag->key : NULL);
    db_bind(q, at + 1, tag ? tag->value : NULL);
}

// --- runs ---

struct run_walk {
    bool (*see)(void *ctx, const struct history_run *);
    void *ctx;
};

static bool take_run(void *walker, sqlite3_stmt *q)
{
    const struct run_walk *w = walker;
    return w->see(w->ctx, &(struct history_run){.id = sqlite3_column_int64(q, 0),
                                                .kind = db_text(q, 1),
                                                .started = db_text(q, 2),
                                                .tool_version = db_text(q, 3),
                                                .tool_git = db_text(q, 4),
                                                .target = db_text(q, 5),
                                                .server_name = db_text(q, 6),
                                                .server_version = db_text(q, 7),
                                                .engine = db_text(q, 8),
                                                .seed = db_text(q, 9),
                                                .host = db_text(q, 10),
                                                .cpu = db_text(q, 11),
                                                .exit_code = sqlite3_column_int(q, 12),
                                                .command_line = db_text(q, 13),
                                                .tests = db_text(q, 14),
                                                .tags = db_text(q, 15),
                                                .tags_json = db_text(q, 16)});
}

int history_runs(struct history *h, const struct history_pick *pick,
                 bool (*see)(void *ctx, const struct history_run *), void *ctx, struct err *err)
{
    sqlite3_stmt *q = db_prepare(
        h,
        "SELECT id, kind, started, tool_version, tool_git, target, server_name, server_version, engine, seed,"
        " host, cpu, exit_code,"
        " (SELECT group_concat(value, ' ') FROM json_each(document, '$.command_line')),"
        " (SELECT group_concat(test, ',') FROM (SELECT test FROM tests WHERE run = id ORDER BY place)),"
        " (SELECT group_concat(key || '=' || value, ' ')"
        "  FROM (SELECT key, value FROM tags WHERE run = id ORDER BY key)),"
        " (SELECT json_group_object(key, value) FROM tags WHERE run = id)"
        " FROM runs WHERE (?1 = 0 OR id = ?1) AND (?2 IS NULL OR EXISTS (SELECT 1 FROM tags"
        " WHERE run = id AND key = ?2 AND (?3 IS NULL OR value = ?3))) ORDER BY id");
    sqlite3_bind_int64(q, 1, pick->run);
    bind_tag(q, 2, pick->tag);
    return walk(h, q, take_run, &(struct run_walk){see, ctx}, err);
}

// --- tests ---

struct test_walk {
    bool (*see)(void *ctx, const struct history_test *);
    void *ctx;
    sqlite3_stmt *metrics; // of one test
    struct history *h;
    struct err *err;
    bool broken; // they could not be read: err says why
};

// Names that a later program gave are passed over. False where they cannot be read.
static bool take_figures(sqlite3_stmt *q, struct figure figures[METRICS])
{
    int rc = q ? sqlite3_step(q) : SQLITE_ERROR;
    for (; rc == SQLITE_ROW; rc = sqlite3_step(q)) {
        struct metric_path path;
        if (metric_parse(slice_of(db_text(q, 0)), &path) && path.test.len == 0)
            figures[path.metric] =
                (struct figure){true, sqlite3_column_double(q, 1), sqlite3_column_int(q, 2) != 0};
    }
    return rc == SQLITE_DONE;
}

static bool take_test(void *walker, sqlite3_stmt *q)
{
    struct test_walk *w = walker;
    struct history_test t = {.test = db_text(q, 0),
                             .title = db_text(q, 1),
                             .status = db_text(q, 2),
                             .limited_by = db_text(q, 3),
                             .config = db_text(q, 4),
                             .doubts = sqlite3_column_int(q, 5),
                             .histogram = (const char *)sqlite3_column_text(q, 6)};
    sqlite3_bind_int64(w->metrics, 1, sqlite3_column_int64(q, 7));
    sqlite3_bind_int64(w->metrics, 2, sqlite3_column_int64(q, 8));
    if (!take_figures(w->metrics, t.figures)) {
        w->broken = true;
        db_trouble(w->h, "read", w->err);
    }
    sqlite3_reset(w->metrics);
    return !w->broken && w->see(w->ctx, &t);
}

int history_tests(struct history *h, int64_t run, bool (*see)(void *ctx, const struct history_test *),
                  void *ctx, struct err *err)
{
    struct test_walk w = {.see = see,
                          .ctx = ctx,
                          .h = h,
                          .err = err,
                          .metrics = db_prepare(h, "SELECT metric, value, at_least FROM metrics"
                                                   " WHERE run = ?1 AND place = ?2")};
    if (!w.metrics)
        return db_trouble(h, "read", err);
    sqlite3_stmt *q =
        db_prepare(h, "SELECT test, title, status, limited_by, config, doubts,"
                      " document ->> ('$.tests[' || place || '].latency_ns.histogram'), run, place"
                      " FROM tests JOIN runs ON id = run WHERE run = ?1 ORDER BY place");
    sqlite3_bind_int64(q, 1, run);
    int rc = walk(h, q, take_test, &w, err);
    sqlite3_finalize(w.metrics);
    return w.broken ? -1 : rc;
}

// --- points ---

struct point_walk {
    bool (*see)(void *ctx, const struct history_point *);
    void *ctx;
};

static bool take_point(void *walker, sqlite3_stmt *q)
{
    const struct point_walk *w = walker;
    return w->see(w->ctx, &(struct history_point){.run = sqlite3_column_int64(q, 0),
                                                  .started = db_text(q, 1),
                                                  .test = db_text(q, 2),
                                                  .label = db_text(q, 3),
                                                  .server = db_text(q, 4),
                                                  .engine = db_text(q, 5),
                                                  .host = db_text(q, 6),
                                                  .config = db_text(q, 7),
                                                  .value = sqlite3_column_double(q, 8),
                                                  .at_least = sqlite3_column_int(q, 9) != 0,
                                                  .promise = db_text(q, 10)});
}

int history_points(struct history *h, const struct history_pick *pick,
                   bool (*see)(void *ctx, const struct history_point *), void *ctx, struct err *err)
{
    sqlite3_stmt *q = db_prepare(
        h,
        "SELECT r.id, r.started, t.test, g.value, r.server_name, r.engine, r.host || ' ' || r.cpu, t.config,"
        " m.value, m.at_least, iif(m.metric = 'capacity', (SELECT group_concat(quantile || '=' || ns || "
        "'ns', ',')"
        "  FROM (SELECT replace(value ->> '$.quantile', '_', '.') AS quantile, value ->> '$.ns' AS ns"
        "   FROM json_each(r.document, '$.tests[' || place || '].slo') ORDER BY 1)), NULL) AS promise"
        " FROM metrics AS m JOIN tests AS t USING (run, place) JOIN runs AS r ON r.id = m.run"
        " LEFT JOIN tags AS g ON g.run = r.id AND g.key = ?2"
        " WHERE m.metric = ?1 AND (?2 IS NULL OR g.value IS NOT NULL AND (?3 IS NULL OR g.value = ?3))"
        " AND (?4 IS NULL OR t.test = ?4 COLLATE NOCASE)"
        " ORDER BY t.test, promise, r.started, r.id, t.place");
    db_bind(q, 1, metric_name(pick->figure.metric));
    bind_tag(q, 2, pick->tag);
    if (pick->figure.test.len)
        sqlite3_bind_text(q, 4, pick->figure.test.at, (int)pick->figure.test.len, SQLITE_STATIC);
    return walk(h, q, take_point, &(struct point_walk){see, ctx}, err);
}

// --- slots ---

struct slot_walk {
    bool (*see)(void *ctx, const struct history_slot *);
    void *ctx;
};

static uint64_t count(sqlite3_stmt *q, int column)
{
    sqlite3_int64 n = sqlite3_column_int64(q, column);
    return n > 0 ? (uint64_t)n : 0;
}

// What was asked (c: the object that says it), the last columns of a slot.
#define LOAD_AT 22
#define LOAD_COLUMNS                                                                                         \
    " c ->> '$.rate', c ->> '$.arrival', engine, c ->> '$.clients', c ->> '$.pipeline',"                     \
    " c ->> '$.pipeline_mode', c ->> '$.threads', coalesce(c ->> '$.keepalive', -1),"                        \
    " coalesce(c ->> '$.sequential', -1), coalesce(c ->> '$.quickack', -1),"                                 \
    " coalesce(c ->> '$.payload_bytes', -1), coalesce(c ->> '$.keyspace', -1)"

static struct load load_of(sqlite3_stmt *q)
{
    struct load l = {.rate = sqlite3_column_double(q, LOAD_AT),
                     .clients = (unsigned)count(q, LOAD_AT + 3),
                     .pipeline = (unsigned)count(q, LOAD_AT + 4),
                     .window = strcmp(db_text(q, LOAD_AT + 5), "window") == 0,
                     .threads = (unsigned)count(q, LOAD_AT + 6),
                     .keepalive = sqlite3_column_int(q, LOAD_AT + 7),
                     .sequential = sqlite3_column_int(q, LOAD_AT + 8),
                     .quickack = sqlite3_column_int(q, LOAD_AT + 9),
                     .payload_bytes = sqlite3_column_int64(q, LOAD_AT + 10),
                     .keyspace = sqlite3_column_int64(q, LOAD_AT + 11)};
    snprintf(l.arrival, sizeof l.arrival, "%s", db_text(q, LOAD_AT + 1));
    snprintf(l.engine, sizeof l.engine, "%s", db_text(q, LOAD_AT + 2));
    return l;
}

static bool take_slot(void *walker, sqlite3_stmt *q)
{
    const struct slot_walk *w = walker;
    return w->see(w->ctx, &(struct history_slot){.test = db_text(q, 0),
                                                 .title = db_text(q, 1),
                                                 .target = db_text(q, 2),
                                                 .block = (unsigned)count(q, 3),
                                                 .rps = sqlite3_column_double(q, 4),
                                                 .p50_ns = sqlite3_column_double(q, 5),
                                                 .p99_ns = sqlite3_column_double(q, 6),
                                                 .p99_9_ns = sqlite3_column_double(q, 7),
                                                 .capacity_rps = sqlite3_column_double(q, 8),
                                                 .limited_by = db_text(q, 9),
                                                 .answered = count(q, 10),
                                                 .errors = count(q, 11),
                                                 .unfinished = count(q, 12),
                                                 .hits = count(q, 13),
                                                 .misses = count(q, 14),
                                                 .promise = db_text(q, 15),
                                                 .trial_s = sqlite3_column_double(q, 16),
                                                 .seconds = sqlite3_column_double(q, 17),
                                                 .p50_error = sqlite3_column_double(q, 18),
                                                 .p99_error = sqlite3_column_double(q, 19),
                                                 .p99_9_error = sqlite3_column_double(q, 20),
                                                 .doubts = db_text(q, 21),
                                                 .load = load_of(q)});
}

// A 95 % interval's half over the value and over 1.96. One without an upper end reaches as far up as down, at
// least.
#define ERROR_OF(quantile)                                                                                   \
    "(coalesce(t.value ->> '$.latency_ns.intervals." quantile ".high',"                                      \
    " 2 * (t.value ->> '$.latency_ns." quantile "') - (t.value ->> '$.latency_ns.intervals." quantile        \
    ".low')) - (t.value ->> '$.latency_ns.intervals." quantile                                               \
    ".low')) / 3.92 / (t.value ->> '$.latency_ns." quantile "')"

// One object for each slot with what is the test's own (t) and what is the slot's (s).
#define OF_RUNS                                                                                              \
    "SELECT t.key AS place, 0 AS block, t.key AS at, t.value AS t, json_object('rps', t.value ->> '$.rps',"  \
    " 'p50_ns', t.value ->> '$.latency_ns.p50', 'p99_ns', t.value ->> '$.latency_ns.p99',"                   \
    " 'p99_9_ns', t.value ->> '$.latency_ns.p99_9', 'limited_by', t.value ->> '$.finding.limited_by',"       \
    " 'answered', t.value ->> '$.counts.answered', 'errors', t.value ->> '$.counts.errors',"                 \
    " 'unfinished', t.value ->> '$.counts.unfinished', 'hits', t.value ->> '$.counts.hits',"                 \
    " 'misses', t.value ->> '$.counts.misses', 'doubts', (SELECT json_group_array(value ->> '$.name')"       \
    " FROM json_each(t.value, '$.doubts')), 'seconds', t.value ->> '$.seconds',"                             \
    " 'p50_error', " ERROR_OF("p50") ", 'p99_error', " ERROR_OF("p99") ", 'p99_9_error', " ERROR_OF(         \
        "p99_9") ") AS s, t.value -> '$.config' AS c, 1 AS alone, engine"                                    \
                 " FROM runs, json_each(document, '$.tests') AS t"                                           \
                 " WHERE runs.id = ?1 AND kind = 'run' AND t.value ->> '$.status' <> 'skipped'"

#define OF_COMPARISONS                                                                                       \
    "SELECT t.key, b.key, s.key, t.value, s.value, t.value, kind = 'aa', t.value ->> '$.engine'"             \
    " FROM runs, json_each(document, '$.tests') AS t, json_each(t.value, '$.blocks') AS b,"                  \
    " json_each(b.value) AS s WHERE runs.id = ?1 AND kind IN ('compare', 'aa')"

int history_slots(struct history *h, int64_t run, bool (*see)(void *ctx, const struct history_slot *),
                  void *ctx, struct err *err)
{
    sqlite3_stmt *q = db_prepare(
        h, "SELECT t ->> '$.test', t ->> '$.title', iif(alone, '', s ->> '$.target'), block, s ->> '$.rps', "
           "s ->> '$.p50_ns',"
           " s ->> '$.p99_ns', s ->> '$.p99_9_ns', s ->> '$.capacity_rps', s ->> '$.limited_by',"
           " s ->> '$.answered', s ->> '$.errors', s ->> '$.unfinished', s ->> '$.hits', s ->> '$.misses',"
           " (SELECT group_concat(quantile || '=' || ns, ',') FROM"
           " (SELECT value ->> '$.quantile' AS quantile, value ->> '$.ns' AS ns FROM json_each(t, '$.slo')"
           "  ORDER BY 1)), iif(t ->> '$.slo' IS NULL, 0, t ->> '$.slot_s'),"
           " coalesce(s ->> '$.seconds', t ->> '$.slot_s'), s ->> '$.p50_error', s ->> '$.p99_error',"
           " s ->> '$.p99_9_error', (SELECT group_concat(value) FROM json_each(s, '$.doubts'))," LOAD_COLUMNS
           " FROM (" OF_RUNS " UNION ALL " OF_COMPARISONS ") ORDER BY place, block, at");
    sqlite3_bind_int64(q, 1, run);
    return walk(h, q, take_slot, &(struct slot_walk){see, ctx}, err);
}
