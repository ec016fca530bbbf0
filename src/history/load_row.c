// SPDX-License-Identifier: MIT
#include "history/load_row.h"

#include "history/db.h"

#include <stdio.h>
#include <string.h>

void load_row_bind(sqlite3_stmt *q, int at, const struct load *l)
{
    sqlite3_bind_double(q, at++, l->rate);
    db_bind(q, at++, l->arrival);
    db_bind(q, at++, l->engine);
    sqlite3_bind_int64(q, at++, l->clients);
    sqlite3_bind_int64(q, at++, l->pipeline);
    db_bind(q, at++, l->window ? "window" : "batch");
    sqlite3_bind_int64(q, at++, l->threads);
    sqlite3_bind_int(q, at++, l->keepalive);
    sqlite3_bind_int(q, at++, l->sequential);
    sqlite3_bind_int(q, at++, l->quickack);
    sqlite3_bind_int64(q, at++, l->payload_bytes);
    sqlite3_bind_int64(q, at++, l->keyspace);
    db_bind(q, at++, l->key_dist);
    db_bind(q, at++, l->workload);
    sqlite3_bind_int(q, at++, l->tls);
    sqlite3_bind_int64(q, at++, l->protocol);
    db_bind(q, at++, l->tracking);
    sqlite3_bind_int64(q, at, l->reconnect_every);
}

struct load load_row_read(sqlite3_stmt *q, int at)
{
    struct load l = {.rate = sqlite3_column_double(q, at)};
    snprintf(l.arrival, sizeof l.arrival, "%s", db_text(q, ++at));
    snprintf(l.engine, sizeof l.engine, "%s", db_text(q, ++at));
    l.clients = (unsigned)db_count(q, ++at);
    l.pipeline = (unsigned)db_count(q, ++at);
    l.window = strcmp(db_text(q, ++at), "window") == 0;
    l.threads = (unsigned)db_count(q, ++at);
    l.keepalive = sqlite3_column_int(q, ++at);
    l.sequential = sqlite3_column_int(q, ++at);
    l.quickack = sqlite3_column_int(q, ++at);
    l.payload_bytes = sqlite3_column_int64(q, ++at);
    l.keyspace = sqlite3_column_int64(q, ++at);
    snprintf(l.key_dist, sizeof l.key_dist, "%s", db_text(q, ++at));
    snprintf(l.workload, sizeof l.workload, "%s", db_text(q, ++at));
    l.tls = sqlite3_column_int(q, ++at);
    l.protocol = (unsigned)db_count(q, ++at);
    snprintf(l.tracking, sizeof l.tracking, "%s", db_text(q, ++at));
    l.reconnect_every = sqlite3_column_int64(q, ++at);
    return l;
}
