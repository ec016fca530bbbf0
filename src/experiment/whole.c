// SPDX-License-Identifier: MIT
#include "experiment/whole.h"

#include "base/units.h"

#include <stdlib.h>

static int no_memory(struct err *err)
{
    return err_set(err, ERR_RUN, "not enough memory to add up the parts");
}

// What is told of the whole is what its first part tells, but that it began with the first of all.
static int take_facts(struct whole *w, struct err *err)
{
    struct run_facts *facts = &w->plain->session.facts;
    const struct part *first = &w->files.at[0]->head;
    if (part_facts(first, facts, &w->argv) < 0)
        return no_memory(err);
    for (size_t i = 1; i < w->files.n; i++)
        if (w->files.at[i]->head.started_unix_ms < facts->started_unix_ms)
            facts->started_unix_ms = w->files.at[i]->head.started_unix_ms;
    return 0;
}

static int check_skew(const struct whole *w, const struct summary *s, struct err *err)
{
    const struct generators *all = &s->generators;
    char apart[UNITS_TEXT];
    for (unsigned i = 0; i < all->n; i++)
        if (all->at[i].late_ns > w->conf.skew_ns)
            return err_set(
                err, ERR_RUN,
                "%.100s: part %u on %s began %s after the first, by their clocks: give all parts one "
                "--start-at and set their clocks, or allow it with --max-skew",
                s->title, all->at[i].part + 1, all->at[i].host, units_duration(all->at[i].late_ns, apart));
    return 0;
}

static int add_up(struct whole *w, struct err *err)
{
    int rc = merge_files_add(&w->files, err);
    for (unsigned i = 0; rc == 0 && i < w->files.tests; i++) {
        rc = merge_end(&w->files.merges[i], &w->tests[i], err);
        w->plain->session.facts.verifies |= w->tests[i].verified;
        if (rc == 0)
            rc = check_skew(w, &w->tests[i], err);
    }
    return rc;
}

int whole_open(struct whole *w, struct err *err)
{
    w->plain->conf.elsewhere = true;
    w->plain->conf.workload.tests = "";
    w->files.partial = w->conf.partial;
    if (merge_files_open(&w->files, w->conf.paths, w->conf.n, err) < 0 || take_facts(w, err) < 0)
        return -1;
    w->tests = calloc(w->files.tests + 1, sizeof *w->tests);
    return w->tests ? add_up(w, err) : no_memory(err);
}

// Parts that did not come to their end, or are not there.
static void tell_trouble(struct whole *w)
{
    struct outcome *o = &w->plain->session.outcome;
    for (size_t i = 0; i < w->files.n; i++) {
        const struct part *p = &w->files.at[i]->head;
        if (p->interrupted)
            outcome_raise(o, OUTCOME_RUN, "part %u on %s was interrupted", p->part + 1, p->host.name);
        else if (p->ended_with)
            outcome_say(o, "part %u on %s ended with exit code %u", p->part + 1, p->host.name, p->ended_with);
    }
}

int whole_take(struct whole *w, struct err *err)
{
    tell_trouble(w);
    for (unsigned i = 0; i < w->files.tests; i++)
        if (plain_take(w->plain, &w->tests[i], err) < 0)
            return -1;
    w->plain->on.passed(w->plain->on.ctx, true);
    return 0;
}

void whole_close(struct whole *w)
{
    for (unsigned i = 0; w->tests && i < w->files.tests; i++)
        summary_free(&w->tests[i]);
    free(w->tests);
    free(w->argv);
    merge_files_close(&w->files);
}
