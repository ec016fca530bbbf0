// SPDX-License-Identifier: MIT
// The columns in which a test keeps what was asked of the server (struct load). The only place that knows
// them, but for the schema.
#pragma once

#include "stats/load.h"

#include <sqlite3.h>

// In the order of load_row_bind and load_row_read; t: "tests."
#define LOAD_ROW(t)                                                                                          \
    t "rate, " t "arrival, " t "engine, " t "clients, " t "pipeline, " t "pipeline_mode, " t "threads, " t   \
      "keepalive, " t "sequential, " t "quickack, " t "payload_bytes, " t "keyspace, " t "key_dist, " t      \
      "workload, " t "tls, " t "protocol, " t "tracking, " t "reconnect_every"
#define LOAD_ROW_PLACES "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

// Each begins with the column `at`.
void load_row_bind(sqlite3_stmt *q, int at, const struct load *l); // which outlives q
struct load load_row_read(sqlite3_stmt *q, int at);
