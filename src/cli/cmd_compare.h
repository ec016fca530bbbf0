// SPDX-License-Identifier: MIT
// Measures several servers interleaved, and judges which is faster. Answers the process's exit code; never
// exits.
#pragma once

int cmd_compare(int argc, char **argv); // argv[0] is the subcommand's name
