// SPDX-License-Identifier: MIT
// Summaries to text; one file per format. Writes to the FILE it is given; never measures, never reads a
// clock.
#pragma once

#include "base/err.h"
#include "base/host.h"
#include "stats/assertion.h"
#include "stats/summary.h"

#include <stdio.h>

// --tag: what a history finds a run by.
struct run_tag {
    char key[64];
    const char *value;
};

// What the run as a whole was: the part of the report that does not belong to one test.
struct run_facts {
    const char *target;         // "127.0.0.1:6379", "/tmp/redis.sock"
    const char *server_name;    // "redis", "valkey", "hybridkv", "hkv-bench", "" where the probe told nothing
    const char *server_version; // "7.0.15" or ""
    const char *engine;         // "epoll", of the last test where there was one
    const char *wait;           // by which system call it waited; NULL: it did not
    const char *pipeline_mode;  // "batch" or "window"
    uint64_t seed;
    int argc; // the command line, secrets already taken out
    const char *const *argv;
    const struct host *host;
    const struct host *host_end; // as it was at the end, or NULL
    int64_t started_unix_ms;
    const struct run_tag *tags;
    size_t ntags;
    const struct assertion_result *assertions;
    size_t nassertions;
    bool interrupted;
    int exit_code;
};

struct reporter {
    const char *name;
    // Before the first test (may be NULL), after each test that ran (skipped ones too), after the last (may
    // be NULL).
    void (*begin)(FILE *out, const struct run_facts *facts);
    void (*test)(FILE *out, const struct summary *s);
    void (*end)(FILE *out, const struct run_facts *facts);
};

extern const struct reporter reporter_text;    // the default: what the user drew, then the quantiles
extern const struct reporter reporter_classic; // redis-benchmark's full text
extern const struct reporter reporter_quiet;   // -q
extern const struct reporter reporter_csv;     // --csv

// The whole run as one JSON object (docs/json.md), with a newline after it. 0, or -1 with err when it could
// not be written.
int report_json(FILE *out, const struct run_facts *facts, const struct summary *tests, size_t ntests,
                struct err *err);

// Each assertion with what was measured, and whether it held.
void report_assertions(FILE *out, const struct assertion_result *list, size_t n);

// --series: a head, then a row for each interval of a test, warm-up first. docs/json.md has the columns.
void report_series_head(FILE *out);
void report_series(FILE *out, const struct summary *s);

// Interval histograms of a test for HdrHistogram's log readers (format 1.3), tagged with the test's name.
// started_unix_ms: of the whole file.
void report_hdrlog_head(FILE *out, int64_t started_unix_ms);
void report_hdrlog(FILE *out, const struct summary *s);

// The percentile distribution of a test, in us, as HdrHistogram's plotters read it.
void report_hgrm(FILE *out, const struct summary *s);
