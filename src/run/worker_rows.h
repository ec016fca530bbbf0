// SPDX-License-Identifier: MIT
// The rows of a worker's series, as time goes on: which phase's they are, and where each ends. What a row
// holds is for stats/series.h.
#pragma once

#include "run/worker.h"

// From here on what is recorded goes into rows; NULL: nowhere.
void worker_rows_begin(struct worker *w, struct series *rows);

// Ends the rows that are over.
void worker_rows_mark(struct worker *w);

// Ends the last one, and takes no more.
void worker_rows_end(struct worker *w);

// Counts n requests in the row that they were due in.
void worker_rows_due(struct worker *w, uint64_t due_ns, uint64_t n);
