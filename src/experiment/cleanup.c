// SPDX-License-Identifier: MIT
#include "experiment/cleanup.h"

#include "base/units.h"
#include "run/limits.h"

#include <inttypes.h>

struct removed {
    uint64_t keys, absent, ns;
};

static struct run_conf conf_of(const struct run_conf *conf)
{
    struct run_conf c = *conf;
    c.upkeep = UPKEEP_CLEAN;
    c.requests = c.keyspace ? c.keyspace : 1;
    c.duration_ns = c.warmup_ns = c.ramp_ns = 0;
    c.rate = c.until_error = 0;
    c.slo = NULL;
    c.wire_every = 0;
    return c;
}

static void say_left(const struct plan *p, const struct outcome *outcome)
{
    for (unsigned i = 0; i < p->kinds; i++)
        if (p->asks[i].uncounted)
            outcome_say(
                outcome,
                "cleanup: %s names keys that cannot be counted through, so that they stay: remove them "
                "by hand",
                p->asks[i].title);
}

static int remove_all(struct server *s, const struct plan *p, struct removed *all, struct err *err)
{
    struct summary found = {0};
    if (!p->upkeep.n)
        return 0;
    if (limits_check(p, err) < 0 || server_run(s, p, &found, err) < 0)
        return -1;
    all->keys += found.counts.hits;
    all->absent += found.counts.misses;
    all->ns += found.wall_ns;
    int rc = found.ending == ENDING_DONE && !found.note[0] ? 0 : err_set(err, ERR_RUN, "%s", found.note);
    summary_free(&found);
    return rc;
}

static int one_test(struct server *s, const struct question *q, const struct run_conf *conf,
                    const struct outcome *outcome, struct removed *all)
{
    struct plan p;
    struct err err = {0};
    int rc = server_plan(s, q, conf, &p, &err);
    if (rc == 0) {
        say_left(&p, outcome);
        rc = remove_all(s, &p, all, &err);
        plan_reset(&p);
    }
    if (rc < 0 && !s->stop->signal)
        outcome_say(outcome, "%s", err.text);
    return rc;
}

void cleanup_run(struct server *s, const struct workload *w, struct suite suite, struct outcome *outcome)
{
    const struct run_conf conf = conf_of(&w->run);
    const struct test *row;
    struct removed all = {0};
    int rc = s->stop->signal ? -1 : 0;
    while (rc == 0 && suite_next(&suite, &row))
        rc = one_test(s, &(struct question){row, w->command}, &conf, outcome, &all);
    if (rc < 0)
        outcome_raise(outcome, OUTCOME_RUN, "cleanup: not all keys that were written could be removed");
    outcome_say(outcome, "cleanup: %" PRIu64 " keys removed in %s s; %" PRIu64 " were not there", all.keys,
                UNITS_SECONDS((double)all.ns * 1e-9), all.absent);
}
