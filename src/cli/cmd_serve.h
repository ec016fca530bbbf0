// SPDX-License-Identifier: MIT
// Runs the embedded server. Answers the process's exit code; never exits.
#pragma once

#include "option/manual.h"

extern const struct manual cmd_serve_manual;

int cmd_serve(int argc, char **argv); // argv[0] is the subcommand's name
