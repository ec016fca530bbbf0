// SPDX-License-Identifier: MIT
// A memory of results: one SQLite file, which many processes may read and write at once. A run is kept whole
// or not at all, whatever happens to the process. The only folder that sees SQLite; never prints.
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "stats/load.h"
#include "stats/metric.h"

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

// Keeps a document: the JSON object that a report writes (docs/json.md). Columns, tags and
// metrics are taken from it; a comparison and a sweep have no metrics. kind: "run", "compare", "aa",
// "saturate", "sweep". 0 with the number of the run, or -1 with err and nothing kept.
// Where the file was deleted or replaced since it was opened, it is kept in the one that is there now, which
// is made if need be: -1, and err says so.
int history_save(struct history *h, const char *kind, const char *document, int64_t *run, struct err *err);

// "12" or "last". 0, or -1 with err where there is no such run.
int history_find(struct history *h, const char *word, int64_t *run, struct err *err);

int history_delete(struct history *h, int64_t run, struct err *err);

// The document as it was saved, with a NUL after it. 0, or -1 with err.
int history_document(struct history *h, int64_t run, struct buf *out, struct err *err);

// What a walk shows is valid until the next step of it. A walk ends early when see() answers false.

struct history_run {
    int64_t id;
    const char *kind, *started, *tool_version, *tool_git, *target, *server_name, *server_version, *engine,
        *seed, *host, *cpu;
    int exit_code;
    const char *command_line; // words with spaces between them
    const char *tests;        // names with commas between them
    const char *tags;         // "key=value key=value"
    const char *tags_json;    // an object
};

// Which runs: those that have the tag, and that value of it. NULL: any.
struct history_tag {
    const char *key, *value;
};

// What a walk goes through.
struct history_pick {
    int64_t run;                   // this one; 0: all
    const struct history_tag *tag; // NULL: any
    struct metric_path figure;     // of history_points alone
};

// Runs, oldest first. 0, or -1 with err.
int history_runs(struct history *h, const struct history_pick *pick,
                 bool (*see)(void *ctx, const struct history_run *), void *ctx, struct err *err);

struct history_test {
    const char *test, *title, *status, *limited_by;
    const char *config; // JSON
    int doubts;         // how many
    struct figure figures[METRICS];
    const char *histogram; // of the latencies, for hist_decode; NULL where there were none
};

int history_tests(struct history *h, int64_t run, bool (*see)(void *ctx, const struct history_test *),
                  void *ctx, struct err *err);

// What a run measured of one server at one time: a plain run once for each test, a comparison once for each
// slot. Others are no measure for what is compared in slots, and have none.
struct history_slot {
    const char *test, *title;
    const char
        *target; // its name in a comparison; "" in a plain run and where a server was compared with itself
    unsigned block;
    double rps, p50_ns, p99_ns, p99_9_ns, capacity_rps; // 0 where it has none
    const char *limited_by;
    uint64_t answered, errors, unfinished, hits, misses;
    // What was asked of the server:
    struct load load;
    double trial_s;      // of the search for capacity_rps; 0: none
    const char *promise; // "p99=1000000,p99_9=5000000" (ns), or ""
    // How far it can be trusted:
    double seconds;                           // that it lasted; 0: unknown
    double p50_error, p99_error, p99_9_error; // standard errors over the value; 0: unknown
    const char *doubts;                       // names, "errors,short-run"
};

// Test by test, block by block.
int history_slots(struct history *h, int64_t run, bool (*see)(void *ctx, const struct history_slot *),
                  void *ctx, struct err *err);

// The environment of a run, a JSON object, with a NUL after it.
int history_environment(struct history *h, int64_t run, struct buf *out, struct err *err);

struct history_point {
    int64_t run;
    const char *started, *test;
    const char *label; // the tag's value, or ""
    // Where one of these differs, two points are not of the same thing:
    const char *server, *engine, *host, *config;
    const char *promise; // of a capacity, "p99=1000000ns,p99.9=5000000ns"; else ""
    double value;
    bool at_least;
};

// One figure through time: all runs that have the tag, by test (and promise), oldest first.
int history_points(struct history *h, const struct history_pick *pick,
                   bool (*see)(void *ctx, const struct history_point *), void *ctx, struct err *err);
