// SPDX-License-Identifier: MIT
#include "cli/cmd.h"

#include "base/slice.h"
#include "cli/output.h"
#include "cli/say.h"
#include "option/nearest.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const struct cmd cmds[] = {
    {"compare", cmd_compare, "measure two servers or more by turns, and judge which is faster"},
    {"history", cmd_history, "look into what --save has kept"},
    {"report", cmd_report, "make a page of results that were kept"},
    {"serve", cmd_serve, "be the embedded server, a target for first steps"},
    {"saturate", cmd_saturate, "the highest rate that a server bears within a latency"},
    {"sweep", cmd_sweep, "how a server answers along one setting"},
    {"selftest", cmd_selftest, "what this client can measure on this machine"},
    {"options", cmd_options, "print the options as Markdown"},
    {"help", cmd_help, "print the help of the program or of a subcommand"},
};

#define CMDS (sizeof cmds / sizeof *cmds)

static const struct cmd *find(const char *name)
{
    for (size_t i = 0; i < CMDS; i++)
        if (strcmp(name, cmds[i].name) == 0)
            return &cmds[i];
    return NULL;
}

const struct cmd *cmd_find(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--help") == 0 && argv[2][0] != '-')
        return find("help");
    return argc > 1 ? find(argv[1]) : NULL;
}

static int refuse(const char *word)
{
    struct err err;
    const char *names[CMDS];
    char quoted[64];
    for (size_t i = 0; i < CMDS; i++)
        names[i] = cmds[i].name;
    const char *best = nearest(word, names, CMDS);
    slice_quote(slice_of(word), quoted, sizeof quoted);
    err_set(&err, ERR_USAGE, "expected a subcommand, got '%s': %s%s%s", quoted,
            best ? "did you mean " : "compare, saturate, sweep, selftest, history, serve and options are",
            best ? best : "", best ? "?" : "");
    return say_error("help", &err);
}

int cmd_help(int argc, char **argv)
{
    char flag[] = "--help", *words[] = {argc > 1 ? argv[1] : argv[0], flag, NULL};
    const struct cmd *cmd = argc > 1 ? find(argv[1]) : NULL;
    if (argc > 1 && !cmd)
        return refuse(argv[1]);
    if (!cmd || cmd->run == cmd_help || cmd->run == cmd_options) {
        char program[] = "hkv-bench", *own[] = {program, flag, NULL};
        return cmd_run(2, own);
    }
    return cmd->run(2, words);
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
    signal(SIGXFSZ, SIG_IGN); // and so is a file at the limit of its size
    const struct cmd *cmd = cmd_find(argc, argv);
    struct outcome outcome = {say, &(struct speaker){0},
                              cmd ? cmd->run(argc - 1, argv + 1) : cmd_run(argc, argv)};
    output_flush(&outcome); // what a subcommand did not look after
    return outcome.code;
}
