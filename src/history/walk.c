// SPDX-License-Identifier: MIT
#include "history/walk.h"

#include "history/db.h"
#include "history/load_row.h"

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

int walk_runs(struct history *h, const struct history_pick *pick,
              bool (*see)(void *ctx, const struct history_run *), void *ctx, struct err *err)
{
    sqlite3_stmt *q = db_prepare(
        h,
        "SELECT id, kind, started, tool_version, tool_git, target, server_name, server_version, engine, seed,"
        " host, cpu, exit_code, command_line,"
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

#define ASKED(t) t "requests, " t "prefilled, " t "duration_s, " t "warmup_s, " t "ramp_s, " LOAD_ROW(t)

// Of these columns, the first of which is `at`.
static struct history_asked asked_of(sqlite3_stmt *q, int at)
{
    return (struct history_asked){.requests = db_count(q, at),
                                  .prefilled = db_count(q, at + 1),
                                  .duration_s = sqlite3_column_double(q, at + 2),
                                  .warmup_s = sqlite3_column_double(q, at + 3),
                                  .ramp_s = sqlite3_column_double(q, at + 4),
                                  .load = load_row_read(q, at + 5)};
}

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
                             .doubts = sqlite3_column_int(q, 4),
                             .blocks = (unsigned)db_count(q, 7),
                             .looks = (unsigned)db_count(q, 8),
                             .ended = db_text(q, 9),
                             .validity = db_text(q, 10),
                             .asked = asked_of(q, 11)};
    sqlite3_bind_int64(w->metrics, 1, sqlite3_column_int64(q, 5));
    sqlite3_bind_int64(w->metrics, 2, sqlite3_column_int64(q, 6));
    if (!take_figures(w->metrics, t.figures)) {
        w->broken = true;
        db_trouble(w->h, "read", w->err);
    }
    sqlite3_reset(w->metrics);
    return !w->broken && w->see(w->ctx, &t);
}

int walk_tests(struct history *h, int64_t run, bool (*see)(void *ctx, const struct history_test *), void *ctx,
               struct err *err)
{
    struct test_walk w = {.see = see,
                          .ctx = ctx,
                          .h = h,
                          .err = err,
                          .metrics = db_prepare(h, "SELECT metric, value, at_least FROM metrics"
                                                   " WHERE run = ?1 AND place = ?2")};
    if (!w.metrics)
        return db_trouble(h, "read", err);
    sqlite3_stmt *q = db_prepare(
        h,
        "SELECT test, title, status, limited_by, doubts, run, place, blocks, looks, ended, validity, " ASKED(
            "") " FROM tests WHERE run = ?1 ORDER BY place");
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
                                                  .value = sqlite3_column_double(q, 7),
                                                  .at_least = sqlite3_column_int(q, 8) != 0,
                                                  .promise = db_text(q, 9),
                                                  .asked = asked_of(q, 10)});
}

int walk_points(struct history *h, const struct history_pick *pick,
                bool (*see)(void *ctx, const struct history_point *), void *ctx, struct err *err)
{
    sqlite3_stmt *q = db_prepare(
        h, "SELECT r.id, r.started, t.test, g.value, r.server_name, r.engine, r.host || ' ' || r.cpu,"
           " m.value, m.at_least, t.promise, " ASKED(
               "t.") " FROM metrics AS m JOIN tests AS t USING (run, place) JOIN runs AS r ON r.id = m.run"
                     " LEFT JOIN tags AS g ON g.run = r.id AND g.key = ?2"
                     " WHERE m.metric = ?1 AND (?2 IS NULL OR g.value IS NOT NULL AND (?3 IS NULL OR g.value "
                     "= ?3))"
                     " AND (?4 IS NULL OR t.test = ?4 COLLATE NOCASE)"
                     " ORDER BY t.test, t.promise, r.started, r.id, t.place");
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

static struct comparison_slot measured_of(sqlite3_stmt *q)
{
    return (struct comparison_slot){.value = {[COMPARISON_THROUGHPUT] = sqlite3_column_double(q, 6),
                                              [COMPARISON_P50] = sqlite3_column_double(q, 7),
                                              [COMPARISON_P99] = sqlite3_column_double(q, 8),
                                              [COMPARISON_P999] = sqlite3_column_double(q, 9),
                                              [COMPARISON_CAPACITY] = sqlite3_column_double(q, 10)},
                                    .answered = db_count(q, 11),
                                    .errors = db_count(q, 12),
                                    .unfinished = db_count(q, 13),
                                    .hits = db_count(q, 14),
                                    .misses = db_count(q, 15),
                                    .limited_by = verdict_named(db_text(q, 16)),
                                    .doubts = doubt_rules(db_text(q, 17)),
                                    .server_cpu_s = -1};
}

static bool take_slot(void *walker, sqlite3_stmt *q)
{
    const struct slot_walk *w = walker;
    struct history_slot s = {.test = db_text(q, 0),
                             .title = db_text(q, 1),
                             .promise = db_text(q, 2),
                             .target = db_text(q, 3),
                             .block = (unsigned)db_count(q, 4),
                             .seconds = sqlite3_column_double(q, 5),
                             .measured = measured_of(q),
                             .errors = {[COMPARISON_P50] = sqlite3_column_double(q, 18),
                                        [COMPARISON_P99] = sqlite3_column_double(q, 19),
                                        [COMPARISON_P999] = sqlite3_column_double(q, 20)},
                             .load = load_row_read(q, 21)};
    return w->see(w->ctx, &s);
}

int walk_slots(struct history *h, int64_t run, bool (*see)(void *ctx, const struct history_slot *), void *ctx,
               struct err *err)
{
    sqlite3_stmt *q = db_prepare(
        h, "SELECT t.test, t.title, t.promise, s.target, s.block, s.seconds, s.rps, s.p50_ns,"
           " s.p99_ns, s.p99_9_ns, s.capacity_rps, s.answered, s.errors, s.unfinished, s.hits, s.misses,"
           " s.limited_by, s.doubts, s.p50_error, s.p99_error, s.p99_9_error, " LOAD_ROW(
               "t.") " FROM slots AS s JOIN tests AS t USING (run, place)"
                     " WHERE s.run = ?1 ORDER BY s.place, s.block, s.slot");
    sqlite3_bind_int64(q, 1, run);
    return walk(h, q, take_slot, &(struct slot_walk){see, ctx}, err);
}
