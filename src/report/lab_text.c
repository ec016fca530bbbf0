// SPDX-License-Identifier: MIT
#include "report/lab_text.h"

#include "base/build.h"
#include "base/slice.h"

#include <inttypes.h>

void lab_text_head(FILE *out, const char *does, const struct run_facts *f)
{
    char server[64], version[64];
    slice_quote(slice_of(f->server_name), server, sizeof server);
    slice_quote(slice_of(f->server_version), version, sizeof version);
    fprintf(out, "hkv-bench %s %s %s%s%s%s%s, engine %s, seed %" PRIu64 "\n\n", build.version, does, server,
            version[0] ? " " : "", version, server[0] ? " at " : "", f->target, f->engine, f->seed);
}
