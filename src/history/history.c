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

// --- one run ---

int history_find(struct history *h, const char *word, int64_t *run, struct err *err)
{
    char quoted[QUOTE];
    uint64_t id = 0;
    bool last = strcmp(word, "last") == 0;
    slice_quote(slice_of(word), quoted, sizeof quoted);
    if (!last && (units_parse_count(word, &id) < 0 || id > INT64_MAX))
        return err_set(err, ERR_USAGE, "expected a run number as shown by 'list', or last, got '%s'", quoted);
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
    return last ? err_set(err, ERR_USAGE, "it has no runs yet")
                : err_set(err, ERR_USAGE, "no run %s: 'list' shows all runs", quoted);
}

int history_delete(struct history *h, int64_t run, struct err *err)
{
    sqlite3_stmt *q = db_prepare(h, "DELETE FROM runs WHERE id = ?1");
    sqlite3_bind_int64(q, 1, run);
    return db_finish(q) < 0 ? db_trouble(h, "written to", err) : 0;
}

int history_document(struct history *h, int64_t run, struct buf *out, struct err *err)
{
    sqlite3_stmt *q = db_prepare(h, "SELECT document FROM runs WHERE id = ?1");
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
