// SPDX-License-Identifier: MIT
// A plain run: measures a server. Answers the process's exit code; never exits.
#pragma once

int cmd_run(int argc, char **argv); // argv[0] is the subcommand's name
