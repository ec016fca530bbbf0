// SPDX-License-Identifier: MIT
#include "cli/cmd.h"

int main(int argc, char **argv)
{
    const struct cmd *cmd = cmd_find(argc, argv);
    return cmd ? cmd->run(argc - 1, argv + 1) : cmd_run(argc, argv);
}
