// SPDX-License-Identifier: MIT
// A memory of results: one SQLite file, which many processes may read and write at once. The only folder that
// sees SQLite; never prints. What is in it, walk.h shows; save.h adds to it.
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

struct history;

enum history_mode {
    HISTORY_READ, // the file must be there
    HISTORY_SAVE, // it is made where there is none
};

// An older file is brought to the present form. While another process holds the file this waits, now and in
// what follows, for 20 s, and for 2 s once stop_fd (-1: none) is readable. 0, or -1 with err (ERR_USAGE: a
// file that cannot be meant).
int history_open(struct history **out, const char *path, enum history_mode mode, int stop_fd,
                 struct err *err);
void history_close(struct history *h); // NULL is allowed

// "12" or "last". 0, or -1 with err where there is no such run.
int history_find(struct history *h, const char *word, int64_t *run, struct err *err);

int history_delete(struct history *h, int64_t run, struct err *err);

// The document as it was saved, with a NUL after it: nothing here looks into it. 0, or -1 with err.
int history_document(struct history *h, int64_t run, struct buf *out, struct err *err);
