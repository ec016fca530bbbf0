// SPDX-License-Identifier: MIT
#include "cli/cmd.h"

#include <stddef.h>
#include <string.h>

static const struct cmd cmds[] = {
    {"compare", cmd_compare, "measure two servers or more by turns, and judge which is faster"},
    {"history", cmd_history, "look into what --save has kept"},
    {"serve", cmd_serve, "be the embedded server, a target for first steps"},
    {"saturate", cmd_saturate, "the highest rate that a server bears within a latency"},
    {"sweep", cmd_sweep, "how a server answers along one setting"},
    {"options", cmd_options, "print the options as Markdown"},
};

const struct cmd *cmd_find(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof cmds / sizeof *cmds; i++)
        if (strcmp(argv[1], cmds[i].name) == 0)
            return &cmds[i];
    return NULL;
}
