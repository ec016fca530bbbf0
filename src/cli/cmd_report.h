// SPDX-License-Identifier: MIT
// Makes a page of results that were saved. Answers the process's exit code; never exits.
#pragma once

#include "option/manual.h"

extern const struct manual cmd_report_manual;

int cmd_report(int argc, char **argv); // argv[0] is the subcommand's name
