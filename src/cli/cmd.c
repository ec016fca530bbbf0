// SPDX-License-Identifier: MIT
#include "cli/cmd.h"

#include "base/slice.h"
#include "base/terminal.h"
#include "cli/cmd_compare.h"
#include "cli/cmd_history.h"
#include "cli/cmd_merge.h"
#include "cli/cmd_options.h"
#include "cli/cmd_options_words.h"
#include "cli/cmd_record.h"
#include "cli/cmd_report.h"
#include "cli/cmd_run.h"
#include "cli/cmd_saturate.h"
#include "cli/cmd_selftest.h"
#include "cli/cmd_serve.h"
#include "cli/cmd_sweep.h"
#include "cli/compare_options.h"
#include "cli/manuals.h"
#include "cli/mistake.h"
#include "cli/options.h"
#include "cli/options_doc.h"
#include "cli/output.h"
#include "cli/say.h"
#include "experiment/peers.h"
#include "option/nearest.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const struct cmd cmds[] = {
    {&compare_options_manual, cmd_compare, true},
    {&cmd_saturate_manual, cmd_saturate, true},
    {&cmd_sweep_manual, cmd_sweep, true},
    {&cmd_selftest_manual, cmd_selftest, false},
    {&cmd_history_manual, cmd_history, false},
    {&cmd_merge_manual, cmd_merge, false},
    {&cmd_record_manual, cmd_record, false},
    {&cmd_report_manual, cmd_report, false},
    {&cmd_serve_manual, cmd_serve, false},
    {&cmd_options_words_manual, cmd_options, false},
    {&manuals_help, cmd_help, false},
};

#define CMDS (sizeof cmds / sizeof *cmds)
#define BLOCK_BYTES                                                                                          \
    (64 << 10) // from here on the kernel gives memory, which is zero and costs nothing until it is touched

static const struct cmd *find(const char *name)
{
    for (size_t i = 0; i < CMDS; i++)
        if (strcmp(name, cmds[i].manual->name) == 0)
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
        names[i] = cmds[i].manual->name;
    const char *best = nearest(word, names, CMDS);
    slice_quote(slice_of(word), quoted, sizeof quoted);
    err_set(&err, ERR_USAGE, "expected a subcommand, got '%s': %s%s%s", quoted,
            best
                ? "did you mean "
                : "compare, saturate, sweep, selftest, history, merge, record, report, serve and options are",
            best ? best : "", best ? "?" : "");
    return say_error("help", &err);
}

int cmd_help(int argc, char **argv)
{
    char flag[] = "--help", *words[] = {argc > 1 ? argv[1] : argv[0], flag, NULL};
    const struct cmd *cmd = argc > 1 ? find(argv[1]) : NULL;
    if (argc > 1 && strcmp(argv[1], "all") == 0) {
        options_doc_help(stdout, PERSONA_HKV, true);
        return 0;
    }
    if (argc > 1 && !cmd)
        return refuse(argv[1]);
    if (!cmd || cmd->run == cmd_help) {
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

// One of several ranks is not to do by itself what was asked of all.
static int run_one(const struct cmd *cmd, int argc, char **argv)
{
    struct err err;
    const char *name = cmd->manual->name;
    if (cmd->shared || !peers_find().any)
        return cmd->run(argc, argv);
    err_set(&err, ERR_USAGE, "%s is for one process, and hkv-bench-mpi starts several: run hkv-bench %s",
            name, name);
    return say_error(name, &err);
}

// A line that could be carried out, and that nobody can have meant; not where old scripts are to work.
static int refuse_mistake(const struct cmd *cmd, int argc, char **argv)
{
    struct err err;
    const struct manual *m = cmd ? cmd->manual : manuals[0];
    struct opt_cursor line = {cmd ? argc - 1 : argc, cmd ? argv + 1 : argv, 1};
    if (options_persona((struct opt_cursor){argc, argv, cmd ? 2 : 1}) != PERSONA_HKV ||
        opt_seen(m->own, line, "--help"))
        return 0;
    return mistake_find(m, line, !cmd || cmd->shared, &err) < 0 ? say_error(m->name, &err) : 0;
}

static int run(int argc, char **argv)
{
    const struct cmd *cmd = cmd_find(argc, argv);
    int code = refuse_mistake(cmd, argc, argv);
    if (code)
        return code;
    return cmd ? run_one(cmd, argc - 1, argv + 1) : cmd_run(argc, argv);
}

int cmd_main(int argc, char **argv)
{
    fill_standard_descriptors();
    terminal_open();
    signal(SIGPIPE, SIG_IGN); // a reader that goes is a file that is full
    signal(SIGXFSZ, SIG_IGN); // and so is a file at the limit of its size
    mallopt(M_MMAP_THRESHOLD, BLOCK_BYTES);
    struct outcome outcome = {say, &(struct speaker){0}, run(argc, argv)};
    output_flush(&outcome); // what a subcommand did not look after
    return outcome.code;
}
