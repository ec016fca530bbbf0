// SPDX-License-Identifier: MIT
// Writes a trace of what a server is asked. Answers the process's exit code; never exits.
#pragma once

#include "option/manual.h"

extern const struct manual cmd_record_manual;

int cmd_record(int argc, char **argv); // argv[0] is the subcommand's name
