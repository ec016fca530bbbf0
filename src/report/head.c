// SPDX-License-Identifier: MIT
#include "report/head.h"

#include "base/quote.h"

void head_server(FILE *out, const char *name, const char *version, const char *where)
{
    if (name[0]) {
        quote_terminal(out, name);
        fputs(version[0] ? " " : "", out);
        quote_terminal(out, version);
        fputs(" at ", out);
    }
    quote_terminal(out, where);
}

void head_title(FILE *out, const char *title, const char *by)
{
    fputs("====== ", out);
    quote_terminal(out, title);
    fprintf(out, "%s ======\n", by);
}
