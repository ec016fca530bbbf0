// SPDX-License-Identifier: MIT
#include "cli/cmd.h"
#include "cli/options_doc.h"
#include "cli/outcome.h"

int cmd_options(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct outcome outcome = {.who = "options"};
    options_doc_markdown(stdout);
    outcome_flush(&outcome);
    return outcome.code;
}
