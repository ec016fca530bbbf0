// SPDX-License-Identifier: MIT
#include "cli/cmd.h"

#include "cli/outcome.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

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

// A standard descriptor that was closed would go to the first file that is opened, and the report with it.
// What is read from /dev/null in place of standard input fails, as it does where that is closed.
static void fill_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_WRONLY) < 0)
            return;
}

int cmd_main(int argc, char **argv)
{
    fill_standard_descriptors();
    signal(SIGPIPE, SIG_IGN); // a reader that goes is a file that is full
    const struct cmd *cmd = cmd_find(argc, argv);
    struct outcome outcome = {.code = cmd ? cmd->run(argc - 1, argv + 1) : cmd_run(argc, argv)};
    outcome_flush(&outcome); // what a subcommand did not look after
    return outcome.code;
}
