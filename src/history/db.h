// SPDX-License-Identifier: MIT
// The handle of a history, and what its files share: opening, statements, sentences. For this folder alone.
#pragma once

#include "base/err.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct history {
    sqlite3 *db;
    char *path;
    int stop_fd;
};

// may_make: where the file is not there, or holds nothing. 0, or -1 with err.
int db_open(struct history *h, bool may_make, struct err *err);

// The statement, or NULL where it cannot be: what follows takes that, and db_finish fails then.
sqlite3_stmt *db_prepare(struct history *h, const char *sql);
void db_bind(sqlite3_stmt *q, int at, const char *text); // text outlives q, or is NULL

// A user's or a server's text, of any bytes; NULL is none of it: "". -1 without memory.
int db_bind_foreign(sqlite3_stmt *q, int at, const char *text);

// A row's text, "" where there is none.
const char *db_text(sqlite3_stmt *q, int column);
uint64_t db_count(sqlite3_stmt *q, int column); // 0 where it is none

// Lets go of it, after what it did when it answers no rows. 0, or -1.
int db_finish(sqlite3_stmt *q);

// "'FILE' could not be DOING: why". -1.
int db_trouble(struct history *h, const char *doing, struct err *err);
