// SPDX-License-Identifier: MIT
// argv to options: the table's rows, and what holds across rows. Never prints.
#pragma once

#include "base/err.h"
#include "cli/options_table.h"
#include "experiment/workload.h"
#include "option/opt.h"
#include "stats/facts.h"

// Reads argv (argv[0] included) into o, defaults first, and overwrites the passwords in argv with x, so that
// ps does not show them. 0, or -1 with err (ERR_USAGE) and nothing to free. After 0 with o->help or
// o->version set, nothing else was checked.
int options_parse(struct options *o, int argc, char **argv, struct err *err);

// The parts of that, for a line that tells of several runs: options and the user's command into w, as they
// stand there; what depends on several of them; the passwords of the words that are options. 0, or -1 with
// err; options_free for w->o once it was settled, whatever the answer.
int options_read(struct options_words *w, struct opt_cursor *c, struct err *err);
int options_settle(struct options_words *w, struct err *err);
void options_hide(struct opt_cursor args);

// In whose place the line is read, argv[0] included: by its name, or with --compat.
enum persona options_persona(struct opt_cursor args);

// Whether the user said it ("-n", "--requests"), or it is the default.
bool options_given(const struct options *o, const char *name);

// Whether all names of -t are those of tests. 0, or -1 with err, which names the nearest one.
int options_check_tests(const struct options *o, struct err *err);

// The user's own command, o->argc words and room for one more; to be freed. NULL with err without memory.
struct slice *options_command(const struct options *o, struct err *err);

// What is asked of one server; command: the user's own, or none.
struct workload options_workload(const struct options *o, struct words command);

// What the command line says for the head of a report.
struct run_facts options_facts(const struct options *o, int argc, char **argv);

// Frees what settling allocated: copies of the host, the user and the password.
void options_free(struct options *o);
