// SPDX-License-Identifier: MIT
// What a plain run prints and writes: the report, and the files of --json, --save, --series and --hdr. Never
// measures.
#pragma once

#include "cli/results.h"
#include "experiment/plain.h"
#include "report/parts/sheet.h"
#include "report/run/reporter.h"

struct run_report {
    const struct options *o;
    struct plain *run;
    struct results results;
    const struct reporter *reporter; // NULL: standard output has another of the files
    bool begun;                      // the report has its head
    struct sheet sheet;              // what it is written on
    FILE *series, *hlog, *part;      // --series, --hdr, --part, or NULL
    FILE *junit, *prometheus, *otlp; // --junit and the others, or NULL
};

// Opens the outputs of a run that is open itself. 0, or -1 with err.
int run_report_open(struct run_report *r, struct err *err);

// Who is called back by the run.
struct plain_events run_report_events(struct run_report *r);

// The run has ended: judges it, writes what is kept and closes all. Answers the exit code.
int run_report_close(struct run_report *r);
