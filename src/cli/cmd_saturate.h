// SPDX-License-Identifier: MIT
// Searches for the capacity of a server within a latency objective. Answers the process's exit code; never
// exits.
#pragma once

#include "option/manual.h"

extern const struct manual cmd_saturate_manual;

int cmd_saturate(int argc, char **argv); // argv[0] is the subcommand's name
