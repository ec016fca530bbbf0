// SPDX-License-Identifier: MIT
// A comparison as text, CSV, Markdown and JSON. Writes to the FILE it is given; never measures.
#pragma once

#include "report/fingerprint.h"
#include "report/report.h"
#include "stats/contest.h"

// A kept result in the first target's place.
struct compare_past {
    const char *path;
    int64_t run;
    const char *started;            // as in the JSON
    struct fingerprint fingerprint; // in what it differs from now
};

struct compare_facts {
    unsigned targets;
    const struct compare_past *past; // NULL: all were measured now
    struct {
        const char *name, *where; // "redis", "127.0.0.1:6379"
        const char *server, *version;
        const char *engine, *wait; // as of a run; NULL: a kept result, or nothing was measured
        double memory_per_key;     // bytes; 0 where unknown
    } each[CONTEST_TARGETS_MAX];
    unsigned blocks;
    uint64_t seed;
    bool aa;
    const char *fresh;
    const struct run_facts *run; // the command line, the machine, how it ended
};

struct compare_reporter {
    const char *name;
    void (*begin)(FILE *out, const struct compare_facts *facts);
    void (*contest)(FILE *out, const struct contest *c); // one test
    void (*end)(FILE *out, const struct compare_facts *facts, const struct contest *all, size_t n);
};

extern const struct compare_reporter compare_text;
extern const struct compare_reporter compare_csv;
extern const struct compare_reporter compare_markdown;

// "cpu was "AMD EPYC" then and is "Intel Xeon" now": dst.
#define COMPARE_DIFFERENCE 320
const char *compare_difference(const struct fingerprint_difference *d, char dst[COMPARE_DIFFERENCE]);

// The whole comparison as one JSON object (docs/json.md). 0, or -1 with err.
int compare_json(FILE *out, const struct compare_facts *facts, const struct contest *all, size_t n,
                 struct err *err);
