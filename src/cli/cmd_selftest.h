// SPDX-License-Identifier: MIT
// Measures what this client can measure on this machine. Answers the process's exit code; never exits.
#pragma once

#include "option/manual.h"

extern const struct manual cmd_selftest_manual;

int cmd_selftest(int argc, char **argv); // argv[0] is the subcommand's name
