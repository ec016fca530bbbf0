// SPDX-License-Identifier: MIT
// The subcommands. Each answers the process's exit code; none exits.
#pragma once

#include "option/manual.h"

#include <stdbool.h>

struct cmd {
    const struct manual *manual;
    int (*run)(int argc, char **argv); // argv[0] is the subcommand's name
    bool shared;                       // the ranks of hkv-bench-mpi can do it together
};

// The subcommand that the first word names, or NULL: then the words are a plain run's.
// Also for `--help SUBCOMMAND`, which is its help.
const struct cmd *cmd_find(int argc, char **argv);

// The whole program.
int cmd_main(int argc, char **argv);

int cmd_help(int argc, char **argv); // of the program or of a subcommand
