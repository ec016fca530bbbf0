// SPDX-License-Identifier: MIT
#include "cli/cmd_options_words.h"

#include <stddef.h>

#define PROGRAM "hkv-bench"

#define FIELD(f)                                                                                             \
    .offset = offsetof(struct cmd_options_words, f), .size = sizeof(((struct cmd_options_words *)0)->f)

static const struct opt rows[] = {
    {"Options", 0, "man", OPT_STRING, 0, OPT_OURS, FIELD(man), .lo = 1, .bare = PROGRAM,
     .metavar = "[=SUBCOMMAND]", .help = "print the man page of the program, or of a subcommand"},
    {"Options", 0, "completion", OPT_STRING, 0, OPT_OURS, FIELD(shell), .lo = 1, .metavar = "SHELL",
     .help = "print what bash, zsh or fish needs to complete a command line"},
    {"Options", 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this help and exit"},
};
const struct opt_table cmd_options_words_table = {.rows = rows, .n = sizeof rows / sizeof *rows};

static const char *const usage[] = {"options", "options --man[=SUBCOMMAND]",
                                    "options --completion bash|zsh|fish", NULL};
static const struct manual_example examples[] = {
    {"options --man=compare | man -l -", "read a man page that is not installed"},
    {0},
};
const struct manual cmd_options_words_manual = {
    .name = "options",
    .summary = "print the table of options as Markdown, man pages or shell completions",
    .usage = usage,
    .about = "Prints docs/options.md, a man page or a shell's completions, all made from the table of "
             "options. In bash, "
             "source <(hkv-bench options --completion bash) makes the current shell complete options, "
             "subcommands and "
             "tests.",
    .examples = examples,
    .own = &cmd_options_words_table,
};
