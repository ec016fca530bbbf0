// SPDX-License-Identifier: MIT
#include "experiment/plain_part.h"

#include "base/build.h"
#include "base/clock.h"

#include <errno.h>
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

static int tell(struct part *p, const struct plain *run)
{
    const struct run_facts *f = &run->session.facts;
    const struct run_conf *conf = &run->conf.workload.run;
    *p = (struct part){.part = conf->part,
                       .parts = conf->parts,
                       .clock_unix_ns = clock_real_ns() - clock_ns(),
                       .start_at_ns = run->conf.start_at_ns,
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

int plain_part_pack(const struct plain *run, struct buf *out)
{
    struct part *p = malloc(sizeof *p); // too large for a stack
    if (!p)
        return -ENOMEM;
    int rc = tell(p, run);
    if (rc == 0)
        rc = part_pack(p, run->tests, out);
    part_free(p);
    free(p);
    return rc;
}
