// SPDX-License-Identifier: MIT
#include "cli/measuring.h"

#include "cli/progress.h"
#include "cli/workload_file.h"

static void line(void *ctx, const struct progress *p)
{
    const struct measuring *m = ctx;
    progress_trial(m->session, p);
}

static void draw(void *ctx, struct panel *p, const struct glance *g)
{
    const struct measuring *m = ctx;
    m->draw(m->own, p, g);
}

static int measure(struct measuring *m, struct err *err)
{
    struct session *session = m->session;
    stopper_open(&session->stop);
    if (m->open && m->open(m->own, err) < 0)
        return -1;
    struct show show = {line, draw, m};
    if (results_open(m->results, m->o, NULL, 0, err) < 0 || results_watch(m->results, m->o, &show, err) < 0)
        return -1;
    bool measured = m->run(m->own);
    results_settle(m->results, measured);
    struct document document = m->tell(m->own);
    results_keep(m->results, &document);
    return 0;
}

int measuring_run(struct measuring *m, int argc, char **argv)
{
    struct err err = {0};
    results_begin(m->results, m->session, m->manual->name);
    int rc = m->parse(m->own, argc, argv, &err);
    if (rc == 0 && *m->help)
        manual_help(m->manual, stdout);
    else if (rc == 0)
        rc = measure(m, &err);
    if (rc < 0)
        workload_file_blame(m->o->file, &err);
    return results_end(m->results, rc, &err);
}
