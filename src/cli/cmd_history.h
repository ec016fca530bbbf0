// SPDX-License-Identifier: MIT
// Looks into results that were saved. Answers the process's exit code; never exits.
#pragma once

#include "option/manual.h"

extern const struct manual cmd_history_manual;

int cmd_history(int argc, char **argv); // argv[0] is the subcommand's name
