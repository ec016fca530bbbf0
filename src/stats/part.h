// SPDX-License-Identifier: MIT
// What one of several generators had, as bytes for hkv-bench merge: whose share it was, on which machine, and
// the result of each test without loss. Reads and writes no file.
#pragma once

#include "base/buf.h"
#include "stats/facts.h"
#include "stats/summary.h"

#define PART_TESTS_MAX 4096
#define PART_TEXT 256

// What is told of a part as a whole.
struct part {
    char version[64]; // of hkv-bench, with its commit
    unsigned part, parts;
    unsigned first_worker;   // of the load's threads: parts are in their order
    uint64_t clock_unix_ns;  // what makes a time of its clock one since 1970
    uint64_t clock_error_ns; // how well that is known beside the others; 0: as its host keeps it
    uint64_t start_at_ns;    // --start-at, since 1970; 0: at once
    uint64_t seed;
    int64_t started_unix_ms;
    char target[PART_TEXT], server_name[64], server_version[64];
    char engine[16], wait[32], pipeline_mode[16];
    char note[2 * PART_TEXT]; // what went wrong there, or ""
    bool interrupted;
    unsigned ended_with;
    unsigned ntests;
    struct host host;
    char fact_names[HOST_FACTS][32]; // that the host's facts point to, once read
    struct buf argv;                 // words, each with a NUL behind it
};

// Appends p and the ntests results of it to out. 0 or -ENOMEM.
int part_pack(const struct part *p, const struct summary *tests, struct buf *out);

// What packed bytes tell of the whole, and where the tests follow; part_free it. 0, or -1 with err where they
// are none. p may not move from then on.
int part_read(struct part *p, struct slice all, struct slice *tests, struct err *err);

// The next test of them, without its quantiles (pack_read_raw): 0 and to be freed, or -1 with err.
int part_next(struct slice *tests, struct summary *s, struct err *err);

// Makes what a report tells of the whole out of p, which it points into. *argv: to be freed.
int part_facts(const struct part *p, struct run_facts *facts, const char ***argv);

// What the test had is that of this generator, and s says so from now on. 0 or -ENOMEM.
int part_sign(const struct part *p, struct summary *s);

void part_free(struct part *p);
