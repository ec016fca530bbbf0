// SPDX-License-Identifier: MIT
#include "cli/cmd.h"
#include "cli/options.h"

int cmd_options(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    options_markdown(stdout);
    return 0;
}
