// SPDX-License-Identifier: MIT
#include "cli/cmd_options.h"

#include "cli/cmd_options_words.h"
#include "cli/manuals.h"
#include "cli/options_doc.h"
#include "cli/output.h"
#include "cli/say.h"
#include "option/opt.h"

#include <stddef.h>
#include <string.h>

#define PROGRAM "hkv-bench"

static int print(const struct cmd_options_words *o, struct err *err)
{
    const struct manual *m = !o->man || strcmp(o->man, PROGRAM) == 0 ? manuals[0] : manuals_find(o->man);
    if (!m)
        return err_set(err, ERR_USAGE, "--man: expected a subcommand such as compare, got '%.40s'", o->man);
    if (o->help)
        manual_help(&cmd_options_words_manual, stdout);
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
    struct cmd_options_words o;
    struct err err;
    opt_defaults(&cmd_options_words_table, &o, false);
    int rc = opt_parse(&cmd_options_words_table, &c, &o, false, &err);
    if (rc == 0 && c.at < argc)
        rc = err_set(&err, ERR_USAGE, "unexpected argument '%.40s': options takes options only", argv[c.at]);
    if (rc < 0 || print(&o, &err) < 0)
        return say_error("options", &err);
    output_flush(&outcome);
    return outcome.code;
}
