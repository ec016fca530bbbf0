// SPDX-License-Identifier: MIT
// Adds a result to a history: what stats gives of it, and its document beside that. A run is kept whole or
// not at all, whatever happens to the process. Looks into no document.
#pragma once

#include "history/history.h"
#include "stats/record.h"

// document: as a report writes it (docs/json.md). 0 with the number of the run, or -1 with err and nothing
// kept. Where the file was deleted or replaced since it was opened, it is kept in the one that is there now,
// which is made if need be: -1, and err says so.
int save_record(struct history *h, const struct record *r, const char *document, int64_t *run,
                struct err *err);
