// SPDX-License-Identifier: MIT
// hkv-bench merge: shares of a load, as a whole. Answers the process's exit code; never exits.
#pragma once

#include "option/manual.h"

extern const struct manual cmd_merge_manual;

int cmd_merge(int argc, char **argv); // argv[0] is the subcommand's name
