// SPDX-License-Identifier: MIT
#include "report/lab_text.h"

#include "base/build.h"
#include "report/head.h"

#include <inttypes.h>

void lab_text_head(FILE *out, const char *does, const struct run_facts *f)
{
    fprintf(out, "hkv-bench %s %s ", build.version, does);
    head_server(out, f->server_name, f->server_version, f->target);
    fprintf(out, ", engine %s, seed %" PRIu64 "\n\n", f->engine, f->seed);
}
