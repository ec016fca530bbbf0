// SPDX-License-Identifier: MIT
#include "cli/say.h"

#include "base/quote.h"
#include "base/terminal.h"
#include "cli/progress.h"
#include "experiment/outcome.h"
#include "report/parts/sheet.h"

#include <stdio.h>

void say(void *speaker, const char *sentence)
{
    const struct speaker *s = speaker;
    progress_clear();
    struct sheet sheet = {.to = stderr, .utf8 = terminal_utf8(), .columns = terminal_columns(stderr)};
    FILE *out = sheet_begin(&sheet);
    fprintf(out, "hkv-bench%s%s: ", s->who ? " " : "", s->who ? s->who : "");
    quote_terminal(out, sentence);
    fputc('\n', out);
    sheet_end(&sheet);
}

int say_error(const char *who, const struct err *err)
{
    struct outcome o = {.tell = say, .ctx = &(struct speaker){.who = who}};
    outcome_fail(&o, err);
    return o.code;
}

int say_no_memory(const char *who)
{
    return say_error(who, &(struct err){ERR_RUN, "out of memory"});
}
