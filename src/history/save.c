// SPDX-License-Identifier: MIT
#include "history/save.h"

#include "base/build.h"
#include "base/slice.h"
#include "base/units.h"
#include "history/db.h"
#include "history/load_row.h"
#include "stats/comparison_end.h"
#include "stats/remarks.h"
#include "stats/validity.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUOTE 64

// --- the run as a whole ---

// A comparison is listed under the names of its targets.
static int bind_target(sqlite3_stmt *q, int at, const struct record *r)
{
    const struct comparison *c = r->comparisons;
    struct buf names = {0};
    if (r->facts->target || !c)
        return db_bind_foreign(q, at, r->facts->target);
    int rc = 0;
    for (unsigned t = 0; t < c->targets && rc == 0; t++)
        rc = buf_printf(&names, "%s%s", t ? ", " : "", c->names[t]);
    rc = rc < 0 || buf_append(&names, "", 1) < 0 ? -1 : db_bind_foreign(q, at, names.at);
    buf_free(&names);
    return rc;
}

static int bind_command_line(sqlite3_stmt *q, int at, const struct run_facts *f)
{
    struct buf words = {0};
    int rc = 0;
    for (int i = 0; i < f->argc && rc == 0; i++)
        rc = buf_printf(&words, "%s%s", i ? " " : "", f->argv[i]);
    rc = rc < 0 || buf_append(&words, "", 1) < 0 ? -1 : db_bind_foreign(q, at, words.at);
    buf_free(&words);
    return rc;
}

static int save_run(struct history *h, const struct record *r, const char *document)
{
    const struct run_facts *f = r->facts;
    char started[UNITS_TEXT], seed[24];
    sqlite3_stmt *q = db_prepare(
        h,
        "INSERT INTO runs (kind, started, tool_version, tool_git, exit_code, document, seed, engine, target,"
        " server_name, server_version, host, cpu, command_line)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
    snprintf(seed, sizeof seed, "%" PRIu64, f->seed);
    db_bind(q, 1, r->kind);
    db_bind(q, 2, units_moment(f->started_unix_ms, started));
    db_bind(q, 3, build.version);
    db_bind(q, 4, build.git);
    sqlite3_bind_int(q, 5, f->exit_code);
    db_bind(q, 6, document);
    db_bind(q, 7, seed);
    db_bind(q, 8, f->engine ? f->engine : "");
    bool bound = bind_target(q, 9, r) == 0 && db_bind_foreign(q, 10, f->server_name) == 0 &&
                 db_bind_foreign(q, 11, f->server_version) == 0 &&
                 db_bind_foreign(q, 12, f->host->name) == 0 && db_bind_foreign(q, 13, f->host->cpu) == 0 &&
                 bind_command_line(q, 14, f) == 0;
    return db_finish(q) < 0 || !bound ? -1 : 0;
}

static int save_tags(struct history *h, int64_t run, const struct run_facts *f)
{
    for (size_t i = 0; i < f->ntags; i++) {
        sqlite3_stmt *q = db_prepare(h, "INSERT INTO tags (run, key, value) VALUES (?1, ?2, ?3)");
        sqlite3_bind_int64(q, 1, run);
        db_bind(q, 2, f->tags[i].key);
        if (db_bind_foreign(q, 3, f->tags[i].value) < 0 || db_finish(q) < 0)
            return -1;
    }
    return 0;
}

// --- a test ---

// Where a row belongs.
struct place {
    struct history *h;
    int64_t run;
    size_t test;
};

struct test_row {
    const char *test, *title, *status, *limited_by;
    const char *promise, *validity;
    size_t doubts;
    uint64_t requests, prefilled;
    uint64_t duration_ns, warmup_ns, ramp_ns;
    unsigned blocks, looks; // of a comparison,
    const char *ended;      // and why there were no more; NULL: it is none
    struct load load;
};

static int save_test(const struct place *at, const struct test_row *t)
{
    sqlite3_stmt *q = db_prepare(
        at->h, "INSERT INTO tests (run, place, test, title, status, limited_by, doubts, promise, requests,"
               " prefilled, duration_s, warmup_s, ramp_s, blocks, looks, ended, validity, " LOAD_ROW(
                   "") ")"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, " LOAD_ROW_PLACES ")");
    sqlite3_bind_int64(q, 1, at->run);
    sqlite3_bind_int64(q, 2, (int64_t)at->test);
    db_bind(q, 3, t->test);
    bool bound = db_bind_foreign(q, 4, t->title) == 0;
    db_bind(q, 5, t->status);
    db_bind(q, 6, t->limited_by ? t->limited_by : "");
    sqlite3_bind_int64(q, 7, (int64_t)t->doubts);
    db_bind(q, 8, t->promise ? t->promise : "");
    sqlite3_bind_int64(q, 9, (int64_t)t->requests);
    sqlite3_bind_int64(q, 10, (int64_t)t->prefilled);
    sqlite3_bind_double(q, 11, (double)t->duration_ns * 1e-9);
    sqlite3_bind_double(q, 12, (double)t->warmup_ns * 1e-9);
    sqlite3_bind_double(q, 13, (double)t->ramp_ns * 1e-9);
    sqlite3_bind_int64(q, 14, t->blocks);
    sqlite3_bind_int64(q, 15, t->looks);
    db_bind(q, 16, t->ended ? t->ended : "");
    db_bind(q, 17, t->validity ? t->validity : "");
    load_row_bind(q, 18, &t->load);
    return db_finish(q) < 0 || !bound ? -1 : 0;
}

static int save_figure(const struct place *at, enum metric m, struct figure f)
{
    if (!f.known || !isfinite(f.value))
        return 0;
    sqlite3_stmt *q = db_prepare(
        at->h, "INSERT INTO metrics (run, place, metric, value, at_least) VALUES (?1, ?2, ?3, ?4, ?5)");
    sqlite3_bind_int64(q, 1, at->run);
    sqlite3_bind_int64(q, 2, (int64_t)at->test);
    db_bind(q, 3, metric_name(m));
    sqlite3_bind_double(q, 4, f.value);
    sqlite3_bind_int(q, 5, f.at_least);
    return db_finish(q);
}

// --- a slot ---

struct slot_row {
    unsigned block, slot;
    const char *target;
    const struct comparison_slot *measured;
    uint64_t lasted_ns;
    const struct quantile *quantiles; // NULL: what they err by is not known
};

static void bind_values(sqlite3_stmt *q, const struct slot_row *s)
{
    static const enum comparison_metric metrics[] = {COMPARISON_THROUGHPUT, COMPARISON_P50, COMPARISON_P99,
                                                     COMPARISON_P999, COMPARISON_CAPACITY};
    static const int quantiles[] = {QUANTILE_P50, QUANTILE_P99, QUANTILE_P999};
    const struct comparison_slot *m = s->measured;
    for (int i = 0; i < 5; i++)
        sqlite3_bind_double(q, 6 + i, isfinite(m->value[metrics[i]]) ? m->value[metrics[i]] : 0);
    const uint64_t counts[] = {m->answered, m->errors, m->unfinished, m->hits, m->misses};
    for (int i = 0; i < 5; i++)
        sqlite3_bind_int64(q, 11 + i, (int64_t)counts[i]);
    for (int i = 0; i < 3; i++)
        sqlite3_bind_double(q, 16 + i, s->quantiles ? quantile_spread(&s->quantiles[quantiles[i]]) : 0);
}

static int save_slot(const struct place *at, const struct slot_row *s)
{
    char names[DOUBT_NAMES];
    sqlite3_stmt *q = db_prepare(
        at->h,
        "INSERT INTO slots (run, place, block, slot, target, rps, p50_ns, p99_ns, p99_9_ns, capacity_rps,"
        " answered, errors, unfinished, hits, misses, p50_error, p99_error, p99_9_error, seconds,"
        " limited_by, doubts, outages, outage_s) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
        " ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)");
    sqlite3_bind_int64(q, 1, at->run);
    sqlite3_bind_int64(q, 2, (int64_t)at->test);
    sqlite3_bind_int64(q, 3, s->block);
    sqlite3_bind_int64(q, 4, s->slot);
    bool bound = db_bind_foreign(q, 5, s->target) == 0;
    bind_values(q, s);
    sqlite3_bind_double(q, 19, (double)s->lasted_ns * 1e-9);
    db_bind(q, 20, verdict_name(s->measured->limited_by));
    db_bind(q, 21, doubt_names(s->measured->doubts, names));
    sqlite3_bind_int64(q, 22, s->measured->outages);
    sqlite3_bind_double(q, 23, s->measured->outage_s);
    return db_finish(q) < 0 || !bound ? -1 : 0;
}

// --- what each kind measures ---

static int save_summary(const struct place *at, const struct summary *s)
{
    struct comparison_slot slot = {0};
    comparison_slot_of(&slot, s);
    for (unsigned i = 0; i < s->ndoubts; i++)
        slot.doubts |= UINT64_C(1) << s->doubts[i].rule;
    struct test_row row = {.test = s->test,
                           .title = s->title,
                           .status = summary_ending(s->ending),
                           .limited_by = verdict_name(slot.limited_by),
                           .doubts = s->ndoubts,
                           .validity = validity_verdict(&s->validity),
                           .requests = s->requests_asked,
                           .prefilled = s->prefilled,
                           .duration_ns = s->duration_asked_ns,
                           .warmup_ns = s->warmup_ns,
                           .ramp_ns = s->ramp_ns,
                           .load = s->load};
    if (save_test(at, &row) < 0)
        return -1;
    for (int m = 0; m < METRICS; m++)
        if (save_figure(at, m, metric_figure(m, s)) < 0)
            return -1;
    if (s->ending == ENDING_SKIPPED)
        return 0;
    return save_slot(
        at, &(struct slot_row){.measured = &slot, .lasted_ns = s->wall_ns, .quantiles = s->quantiles});
}

static int save_block(const struct place *at, const struct comparison *c, unsigned k)
{
    for (unsigned i = 0; i < c->blocks[k].n; i++) {
        const struct comparison_slot *slot = &c->blocks[k].slots[i];
        struct slot_row row = {.block = k,
                               .slot = i,
                               .target = c->aa ? "" : c->names[slot->target],
                               .measured = slot,
                               .lasted_ns = c->slot_ns};
        if (save_slot(at, &row) < 0)
            return -1;
    }
    return 0;
}

static size_t count_doubts(const struct comparison *c)
{
    struct remarks_doubt list[DOUBTS_MAX];
    size_t n = 0;
    for (unsigned t = 0; t < c->targets; t++)
        n += (size_t)remarks_doubts(c, t, list);
    return n;
}

static int save_comparison(const struct place *at, const struct comparison *c)
{
    char promise[SLO_TEXT] = "";
    if (c->slo)
        slo_key(c->slo, promise);
    struct test_row row = {.test = c->test,
                           .title = c->title,
                           .status = "done",
                           .promise = promise,
                           .doubts = count_doubts(c),
                           .duration_ns = c->slot_ns,
                           .warmup_ns = c->warmup_ns,
                           .blocks = c->n,
                           .looks = comparison_end_looks_taken(c),
                           .ended = comparison_end_name(c->end),
                           .load = c->load};
    int rc = save_test(at, &row);
    for (unsigned k = 0; k < c->n && rc == 0; k++)
        rc = save_block(at, c, k);
    return rc;
}

static int save_capacity(const struct place *at, const struct capacity *c)
{
    char promise[SLO_TEXT];
    struct saturation_result r = saturation_result(&c->search);
    double capacity = capacity_figure(&r);
    struct test_row row = {.test = c->test,
                           .title = c->title,
                           .status = "done",
                           .promise = slo_key(&c->slo, promise),
                           .load = c->load};
    row.load.rate = 0; // each trial's own
    if (save_test(at, &row) < 0)
        return -1;
    return save_figure(at, METRIC_CAPACITY, (struct figure){capacity > 0, capacity, r.at_least});
}

static int save_sweep(const struct place *at, const struct sweep *s)
{
    return save_test(
        at, &(struct test_row){.test = s->test, .title = s->title, .status = "done", .load = LOAD_UNKNOWN});
}

// The commands of a mix have places behind all tests.
static int save_kinds(struct history *h, int64_t run, const struct record *r)
{
    size_t place = r->n;
    for (size_t i = 0; r->runs && i < r->n; i++)
        for (unsigned k = 0; k < r->runs[i].nkinds; k++, place++) {
            const struct place at = {h, run, place};
            if (save_summary(&at, &r->runs[i].kinds[k]) < 0)
                return -1;
        }
    return 0;
}

static int save_tests(struct history *h, int64_t run, const struct record *r)
{
    int rc = 0;
    for (size_t i = 0; i < r->n && rc == 0; i++) {
        const struct place at = {h, run, i};
        if (r->runs)
            rc = save_summary(&at, &r->runs[i]);
        else if (r->comparisons)
            rc = save_comparison(&at, &r->comparisons[i]);
        else if (r->capacities)
            rc = save_capacity(&at, &r->capacities[i]);
        else
            rc = save_sweep(&at, &r->sweeps[i]);
    }
    return rc < 0 ? rc : save_kinds(h, run, r);
}

// --- the whole ---

static int insert(struct history *h, const struct record *r, const char *document, int64_t *run)
{
    if (save_run(h, r, document) < 0)
        return -1;
    *run = sqlite3_last_insert_rowid(h->db);
    return save_tags(h, *run, r->facts) < 0 ? -1 : save_tests(h, *run, r);
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
                   "'%s' was deleted or replaced during the run: this run was saved to the new file",
                   slice_quote(slice_of(h->path), quoted, sizeof quoted));
}

int save_record(struct history *h, const struct record *r, const char *document, int64_t *run,
                struct err *err)
{
    bool gone = is_gone(h);
    if (gone && reopen(h, err) < 0)
        return -1;
    bool begun = sqlite3_exec(h->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    if (begun && insert(h, r, document, run) == 0 &&
        sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return gone ? tell_reopened(h, err) : 0;
    db_trouble(h, "written to, and nothing of this run is in it", err);
    if (begun)
        sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}
