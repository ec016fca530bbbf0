// SPDX-License-Identifier: MIT
#include "history/db.h"

#include "base/slice.h"
#include "base/utf8.h"
#include "history/schema.h"

#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>

#define PATIENCE_MS 20000 // for other writers: a run is a few milliseconds of theirs
#define PATIENCE_STOPPED_MS                                                                                  \
    2000 // for them after a signal: enough for a queue of such, and no wait for a user
#define NAP_MS 20
#define QUOTE 200

// --- sentences ---

static int refuse(const char *path, const char *what, struct err *err)
{
    char quoted[QUOTE];
    return err_set(err, ERR_USAGE, "'%s' %s", slice_quote(slice_of(path), quoted, sizeof quoted), what);
}

static int trouble(struct history *h, const char *doing, const char *why, struct err *err)
{
    char quoted[QUOTE];
    slice_quote(slice_of(h->path), quoted, sizeof quoted);
    return err_set(err, ERR_RUN, "'%s' could not be %s: %s", quoted, doing, why);
}

int db_trouble(struct history *h, const char *doing, struct err *err)
{
    return trouble(h, doing, sqlite3_errmsg(h->db), err);
}

// --- statements ---

sqlite3_stmt *db_prepare(struct history *h, const char *sql)
{
    sqlite3_stmt *q = NULL;
    sqlite3_prepare_v2(h->db, sql, -1, &q, NULL);
    return q;
}

void db_bind(sqlite3_stmt *q, int at, const char *text)
{
    sqlite3_bind_text(q, at, text, -1, SQLITE_STATIC); // NULL is bound as NULL; what is wrong shows in step
}

int db_bind_foreign(sqlite3_stmt *q, int at, const char *text)
{
    char *clean = utf8_clean(text ? text : "");
    if (!clean)
        return -1;
    sqlite3_bind_text(q, at, clean, -1, free);
    return 0;
}

int db_finish(sqlite3_stmt *q)
{
    int rc = q ? sqlite3_step(q) : SQLITE_ERROR;
    sqlite3_finalize(q);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : -1;
}

const char *db_text(sqlite3_stmt *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q, column);
    return text ? text : "";
}

uint64_t db_count(sqlite3_stmt *q, int column)
{
    sqlite3_int64 n = sqlite3_column_int64(q, column);
    return n > 0 ? (uint64_t)n : 0;
}

// --- opening ---

// Whether to try again what another process is in the way of, for the tries-th time.
static int wait_for_others(void *history, int tries)
{
    const struct history *h = history;
    struct pollfd p = {.fd = h->stop_fd, .events = POLLIN};
    bool stopped = poll(&p, 1, 0) > 0;
    if (tries * NAP_MS >= (stopped ? PATIENCE_STOPPED_MS : PATIENCE_MS))
        return 0;
    if (stopped)
        sqlite3_sleep(NAP_MS);
    else
        poll(&p, 1, NAP_MS);
    return 1;
}

// Another process that does the same can be in the way, and then SQLite does not wait by itself.
static int choose_wal(struct history *h)
{
    int tries = 0, rc;
    do {
        rc = sqlite3_exec(h->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    } while (rc == SQLITE_BUSY && wait_for_others(h, tries++));
    return rc;
}

static int migrate(struct history *h, struct err *err)
{
    char why[SCHEMA_WHY];
    if (choose_wal(h) != SQLITE_OK)
        return db_trouble(h, "brought to its form", err);
    if (schema_migrate(h->db, schema_steps, schema_version, why) != SQLITE_OK)
        return trouble(h, "brought to its form", why, err);
    return 0;
}

static int settle(struct history *h, bool may_make, struct err *err)
{
    enum schema_state state;
    char why[SCHEMA_WHY];
    int version = 0;
    int rc = schema_look(h->db, &state, &version, why);
    if (rc == SQLITE_NOTADB)
        return refuse(h->path, "is not a history: --save DB creates one", err);
    if (rc == SQLITE_CANTOPEN || rc == SQLITE_READONLY)
        return refuse(h->path, "cannot be opened: does its folder exist, and is it writable?", err);
    if (rc != SQLITE_OK)
        return trouble(h, "read", why, err);
    if (state == SCHEMA_DAMAGED)
        return refuse(h->path, "is damaged (its version is below 0): use a backup, or save to another file",
                      err);
    if (state == SCHEMA_FOREIGN)
        return refuse(h->path, "is a database of another program: --save DB creates a history", err);
    if (state == SCHEMA_NEWER)
        return refuse(h->path, "was made by a later version of hkv-bench: use that one", err);
    if (state == SCHEMA_EMPTY && !may_make)
        return refuse(h->path, "is empty: --save DB creates a history", err);
    return state == SCHEMA_EMPTY || version < schema_version ? migrate(h, err) : 0;
}

int db_open(struct history *h, bool may_make, struct err *err)
{
    int create = may_make ? SQLITE_OPEN_CREATE : 0;
    int rc = sqlite3_open_v2(h->path, &h->db, SQLITE_OPEN_READWRITE | create, NULL);
    if (rc == SQLITE_NOMEM)
        return err_set(err, ERR_RUN, "not enough memory to open a history");
    if (rc != SQLITE_OK && !may_make)
        return refuse(h->path, "cannot be opened: does it exist? --save DB creates a history", err);
    if (rc != SQLITE_OK)
        return refuse(h->path, "cannot be opened: does its folder exist, and is it writable?", err);
    sqlite3_busy_handler(h->db, wait_for_others, h);
    sqlite3_exec(h->db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL", NULL, NULL, NULL);
    sqlite3_db_config(h->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL); // the file may be anybody's
    sqlite3_db_config(h->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return settle(h, may_make, err);
}
