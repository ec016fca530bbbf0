// SPDX-License-Identifier: MIT
// What is in a history, row by row. Only reads. What a walk shows is valid until its next step; it ends early
// when see() answers false. Each walk answers 0, or -1 with err.
#pragma once

#include "history/history.h"
#include "stats/comparison.h"
#include "stats/metric.h"

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
    struct metric_path figure;     // of walk_points alone
};

// Oldest first.
int walk_runs(struct history *h, const struct history_pick *pick,
              bool (*see)(void *ctx, const struct history_run *), void *ctx, struct err *err);

// What was asked for of a test, as far as it bears on its figures.
struct history_asked {
    struct load load;
    uint64_t requests, prefilled;
    double duration_s, warmup_s, ramp_s;
};

struct history_test {
    const char *test, *title, *status, *limited_by, *validity;
    int doubts;             // how many
    unsigned blocks, looks; // of a comparison,
    const char *ended;      // and why there were no more; "": it is none
    struct history_asked asked;
    struct figure figures[METRICS];
};

int walk_tests(struct history *h, int64_t run, bool (*see)(void *ctx, const struct history_test *), void *ctx,
               struct err *err);

// What a run measured of one server at one time: a plain run once for each test, a comparison once for each
// slot. Others are no measure for what is compared in slots, and have none.
struct history_slot {
    const char *test, *title;
    const char
        *target; // its name in a comparison; "" in a plain run and where a server was compared with itself
    unsigned block;
    struct comparison_slot measured; // of its target 0, as far as it is kept
    struct load load;
    const char *promise; // as slo_key; "": none
    double seconds;      // that it lasted, or a trial of it where there is a promise; 0: unknown
    double errors[COMPARISON_METRICS]; // standard errors of a plain run over the value; 0: unknown
};

// Test by test, block by block.
int walk_slots(struct history *h, int64_t run, bool (*see)(void *ctx, const struct history_slot *), void *ctx,
               struct err *err);

struct history_point {
    int64_t run;
    const char *started, *test;
    const char *label; // the tag's value, or ""
    // Where one of these differs, two points are not of the same thing:
    const char *server, *engine, *host;
    struct history_asked asked;
    const char *promise; // of a capacity, as slo_key; else ""
    double value;
    bool at_least;
};

// One figure through time: all runs that have the tag, by test (and promise), oldest first.
int walk_points(struct history *h, const struct history_pick *pick,
                bool (*see)(void *ctx, const struct history_point *), void *ctx, struct err *err);
