// SPDX-License-Identifier: MIT
#include "option/manual.h"

#include "base/terminal.h"
#include "option/opt_doc.h"

#include <string.h>

#define PROGRAM "hkv-bench"

void manual_wrap(FILE *out, const char *text, size_t last_column)
{
    size_t column = 0;
    while (*text) {
        size_t n = strcspn(text, " \n");
        if (column && column + 1 + n > last_column) {
            fputc('\n', out);
            column = 0;
        }
        fprintf(out, "%s%.*s", column ? " " : "", (int)n, text);
        column += n + (column ? 1 : 0);
        text += n;
        if (*text == '\n') {
            fputc('\n', out);
            column = 0;
        }
        text += *text != 0;
    }
    fputc('\n', out);
}

static void examples(const struct manual_example *e, FILE *out)
{
    fputc('\n', out);
    for (; e->command; e++) {
        if (e->what)
            fprintf(out, "  # %s\n", e->what);
        fprintf(out, "  " PROGRAM " %s\n", e->command);
    }
}

void manual_help(const struct manual *m, FILE *out)
{
    for (size_t i = 0; m->usage[i]; i++)
        fprintf(out, "%s" PROGRAM " %s\n", i == 0 ? "Usage: " : "       ", m->usage[i]);
    fputc('\n', out);
    const struct opt_doc_form form = {.columns = terminal_text_columns(out)};
    manual_wrap(out, m->about, form.columns);
    if (m->examples)
        examples(m->examples, out);
    opt_doc_help(m->own, out, &form);
}
