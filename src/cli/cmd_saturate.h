// SPDX-License-Identifier: MIT
// Searches for the capacity of a server within a latency objective. Answers the process's exit code; never
// exits.
#pragma once

int cmd_saturate(int argc, char **argv); // argv[0] is the subcommand's name
