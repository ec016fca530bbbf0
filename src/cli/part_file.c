// SPDX-License-Identifier: MIT
#include "cli/part_file.h"

#include "base/build.h"
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COPY(to, from) snprintf(to, sizeof(to), "%s", (from) ? (from) : "")

static int take_argv(struct part *p, const struct run_facts *f)
{
    int rc = 0;
    for (int i = 0; rc == 0 && i < f->argc; i++)
        rc = buf_append(&p->argv, f->argv[i], strlen(f->argv[i]) + 1);
    return rc;
}

static int tell(struct part *p, const struct options *o, const struct plain *run)
{
    const struct run_facts *f = &run->session.facts;
    *p = (struct part){.part = o->run.part,
                       .parts = o->run.parts,
                       .clock_unix_ns = clock_real_ns() - clock_ns(),
                       .start_at_ns = o->start_at_ns,
                       .seed = f->seed,
                       .started_unix_ms = f->started_unix_ms,
                       .interrupted = f->interrupted,
                       .ended_with = (unsigned)f->exit_code,
                       .ntests = (unsigned)run->ntests,
                       .host = run->session.host};
    snprintf(p->version, sizeof p->version, "%s%s%s", build.version, build.git[0] ? " " : "", build.git);
    COPY(p->target, f->target);
    COPY(p->server_name, f->server_name);
    COPY(p->server_version, f->server_version);
    COPY(p->engine, f->engine);
    COPY(p->wait, f->wait);
    COPY(p->pipeline_mode, f->pipeline_mode);
    if (run->ntests)
        p->first_worker = run->tests[0].first_worker;
    return take_argv(p, f);
}

int part_file_write(FILE *out, const struct options *o, const struct plain *run, struct err *err)
{
    struct part *p = malloc(sizeof *p);
    struct buf bytes = {0};
    int rc = p && tell(p, o, run) == 0 && part_pack(p, run->tests, &bytes) == 0
                 ? 0
                 : err_set(err, ERR_RUN, "not enough memory for the file of --part");
    struct slice all = buf_unread(&bytes);
    if (rc == 0 && fwrite(all.at, 1, all.len, out) != all.len)
        rc = err_set(err, ERR_RUN, "the file of --part could not be written whole");
    buf_free(&bytes);
    if (p)
        part_free(p);
    free(p);
    return rc;
}
