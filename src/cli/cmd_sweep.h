// SPDX-License-Identifier: MIT
// Measures a server along one setting. Answers the process's exit code; never exits.
#pragma once

#include "option/manual.h"

extern const struct manual cmd_sweep_manual;

int cmd_sweep(int argc, char **argv); // argv[0] is the subcommand's name
