// SPDX-License-Identifier: MIT
// The subcommands. Each answers the process's exit code; none exits.
#pragma once

#include "option/manual.h"

struct cmd {
    const struct manual *manual;
    int (*run)(int argc, char **argv); // argv[0] is the subcommand's name
};

// The subcommand that the first word names, or NULL: then the words are a plain run's.
// Also for `--help SUBCOMMAND`, which is its help.
const struct cmd *cmd_find(int argc, char **argv);

// The whole program.
int cmd_main(int argc, char **argv);

int cmd_run(int argc, char **argv);      // measure a server
int cmd_compare(int argc, char **argv);  // measure several by turns, and judge
int cmd_saturate(int argc, char **argv); // what can it bear?
int cmd_sweep(int argc, char **argv);    // how does it answer along one setting?
int cmd_selftest(int argc, char **argv); // what can this client measure here?
int cmd_history(int argc, char **argv);  // what was kept of earlier runs
int cmd_report(int argc, char **argv);   // a page of results that were kept
int cmd_serve(int argc, char **argv);    // be a server
int cmd_help(int argc, char **argv);     // of the program or of a subcommand
int cmd_options(int argc, char **argv);  // docs/options.md, man pages, completions
