// SPDX-License-Identifier: MIT
#include "report/parts/head.h"

#include "base/build.h"
#include "base/quote.h"

#include <inttypes.h>
#include <string.h>

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

void head_whom(FILE *out, const struct run_facts *f)
{
    if (strcmp(f->engine, "null") == 0)
        fputs("no server", out);
    else
        head_server(out, f->server_name, f->server_version, f->target);
}

void head_title(FILE *out, const char *title, const char *by)
{
    fputs("====== ", out);
    quote_terminal(out, title);
    fprintf(out, "%s ======\n", by);
}

void head_trials(FILE *out, const char *does, const struct run_facts *f)
{
    fprintf(out, "hkv-bench %s %s ", build.version, does);
    head_whom(out, f);
    fprintf(out, ", engine %s, seed %" PRIu64 "\n\n", f->engine, f->seed);
}
