// SPDX-License-Identifier: MIT
// Prints docs/options.md, man pages and completions. Answers the process's exit code; never exits.
#pragma once

int cmd_options(int argc, char **argv); // argv[0] is the subcommand's name
