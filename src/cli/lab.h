// SPDX-License-Identifier: MIT
// What the subcommands that measure one server many times have in common: options of a plain run beside a few
// of their own, the server, the report's file, the live line. Knows nothing of what is looked for.
#pragma once

#include "cli/opt.h"
#include "cli/options.h"
#include "cli/site.h"
#include "report/report.h"

struct lab {
    const char *name; // of the subcommand
    struct options o;
    char **own, **rest; // argv, sorted
    int own_n, rest_n;
    struct slice *command; // the user's own
    struct site site;
    struct stopper stop;
    struct watcher watch;
    struct host host, host_end;
    struct run_facts facts;
    FILE *json; // --json, or NULL
    uint64_t started_ns;
    int exit_code;
    char label[96]; // of the live line
};

// Reads the words: those of `table` into `into`, the others into l->o. With help (a field of into) set,
// nothing else is looked at. 0, or -1 with err.
int lab_parse(struct lab *l, int argc, char **argv, const struct opt_table *table, void *into,
              struct err *err);

// Finds the server and opens the report. 0, or -1 with err.
int lab_open(struct lab *l, int argc, char **argv, struct err *err);

// Measures a row of the catalogue (NULL: the user's command) for lasting_ns in all the ways that conf says,
// after a warm-up. 0 with the trial to be freed, or -1 with err.
int lab_measure(struct lab *l, const struct test *row, struct run_conf *conf, struct trial *out,
                struct err *err);

// conf of a trial by time.
struct run_conf lab_conf(const struct lab *l, uint64_t lasting_ns);

// Calls run for each test that was asked for, until it answers false.
void lab_each(struct lab *l, bool (*run)(void *ctx, const struct test *row), void *ctx);

void lab_pause(struct lab *l, uint64_t ns); // or until a signal
void lab_say(const struct lab *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
double lab_now_s(const struct lab *l); // since lab_open

// The machine at the end, and how it ended: before the report. Then lab_close, which answers the exit code.
void lab_settle(struct lab *l);
int lab_close(struct lab *l);
