// SPDX-License-Identifier: MIT
#include "cli/cmd_options.h"

#include "cli/manuals.h"
#include "cli/options_doc.h"
#include "cli/output.h"
#include "cli/say.h"
#include "option/opt.h"

#include <stddef.h>
#include <string.h>

#define PROGRAM "hkv-bench"

struct doc_options {
    const char *man, *shell;
    bool help;
};

#define FIELD(f) .offset = offsetof(struct doc_options, f), .size = sizeof(((struct doc_options *)0)->f)

static const struct opt rows[] = {
    {"Options", 0, "man", OPT_STRING, 0, OPT_OURS, FIELD(man), .lo = 1, .bare = PROGRAM,
     .metavar = "[=SUBCOMMAND]", .help = "print the man page of the program, or of a subcommand"},
    {"Options", 0, "completion", OPT_STRING, 0, OPT_OURS, FIELD(shell), .lo = 1, .metavar = "SHELL",
     .help = "print what bash, zsh or fish needs to complete a command line"},
    {"Options", 0, "help", OPT_FLAG, 0, OPT_OURS, FIELD(help), .help = "print this help and exit"},
};
static const struct opt_table table = {.rows = rows, .n = sizeof rows / sizeof *rows};

static const char *const usage[] = {"options", "options --man[=SUBCOMMAND]",
                                    "options --completion bash|zsh|fish", NULL};
static const struct manual_example examples[] = {
    {"options --man=compare | man -l -", "read a man page that is not installed"},
    {0},
};
const struct manual manual_options = {
    .name = "options",
    .summary = "print the table of options as Markdown, man pages or shell completions",
    .usage = usage,
    .about = "Prints docs/options.md, a man page or a shell's completions, all made from the table of "
             "options. In bash, "
             "source <(hkv-bench options --completion bash) makes the current shell complete options, "
             "subcommands and "
             "tests.",
    .examples = examples,
    .own = &table,
};

static int print(const struct doc_options *o, struct err *err)
{
    const struct manual *m = !o->man || strcmp(o->man, PROGRAM) == 0 ? manuals[0] : manuals_find(o->man);
    if (!m)
        return err_set(err, ERR_USAGE, "--man: expected a subcommand such as compare, got '%.40s'", o->man);
    if (o->help)
        manual_help(&manual_options, stdout);
    else if (o->man)
        manuals_man(m, stdout);
    else if (!o->shell)
        options_doc_markdown(stdout);
    else if (!manuals_completion(o->shell, stdout))
        return err_set(err, ERR_USAGE, "--completion: expected bash, zsh or fish, got '%.40s'", o->shell);
    return 0;
}

int cmd_options(int argc, char **argv)
{
    struct outcome outcome = {.tell = say, .ctx = &(struct speaker){.who = "options"}};
    struct opt_cursor c = {argc, argv, 1};
    struct doc_options o;
    struct err err;
    opt_defaults(&table, &o, false);
    int rc = opt_parse(&table, &c, &o, false, &err);
    if (rc == 0 && c.at < argc)
        rc = err_set(&err, ERR_USAGE, "unexpected argument '%.40s': options takes options only", argv[c.at]);
    if (rc < 0 || print(&o, &err) < 0)
        return say_error("options", &err);
    output_flush(&outcome);
    return outcome.code;
}
