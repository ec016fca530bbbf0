// SPDX-License-Identifier: MIT
#include "cli/cmd.h"
#include "cli/options_doc.h"
#include "cli/output.h"
#include "cli/say.h"

int cmd_options(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct outcome outcome = {.tell = say, .ctx = &(struct speaker){.who = "options"}};
    options_doc_markdown(stdout);
    output_flush(&outcome);
    return outcome.code;
}
