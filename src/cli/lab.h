// SPDX-License-Identifier: MIT
// What the subcommands that measure one server many times have in common: options of a plain run beside a few
// of their own, the server, the report's file, the live line. Knows nothing of what is looked for.
#pragma once

#include "cli/results.h"
#include "experiment/server.h"
#include "experiment/suite.h"
#include "option/opt.h"
#include "option/words.h"

struct lab {
    const char *name;              // of the subcommand: the caller's to set, as are
    const struct opt_table *table; // its own options, --help among them,
    void *into;                    // and the struct that they fill
    struct session session;
    struct results results;
    struct options o;
    struct words_parts words;
    struct slice *command; // the user's own
    struct server server;
    char label[96]; // of the live line
};

// Reads the words: those of l->table into l->into, the others into l->o. With --help nothing else is looked
// at. 0, or -1 with err.
int lab_parse(struct lab *l, int argc, char **argv, struct err *err);

// Finds the server and opens the report. 0, or -1 with err.
int lab_open(struct lab *l, int argc, char **argv, struct err *err);

// Measures a row of the catalogue (NULL: the user's command) for lasting_ns in all the ways that conf says,
// after a warm-up. 0 with the trial to be freed, or -1 with err.
int lab_measure(struct lab *l, const struct test *row, struct run_conf *conf, struct trial *out,
                struct err *err);

// Calls run for each test that was asked for, until it answers false.
void lab_each(struct lab *l, bool (*run)(void *ctx, const struct test *row), void *ctx);

// The machine at the end and how it ended, then the report to where --json and --save have it.
void lab_keep(struct lab *l, const struct document *d);

int lab_close(struct lab *l); // answers the exit code
