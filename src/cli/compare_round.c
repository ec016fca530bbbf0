// SPDX-License-Identifier: MIT
#include "cli/compare_round.h"

#include "cli/shell.h"

#include <stdlib.h>
#include <string.h>

struct slice *round_words(const struct compare *c, unsigned t, struct err *err)
{
    const struct options *o = &c->o.each[t];
    struct slice *words = calloc((size_t)o->argc + 1, sizeof *words);
    if (!words)
        err_set(err, ERR_RUN, "out of memory");
    for (int i = 0; words && i < o->argc; i++)
        words[i] = slice_of(o->argv[i]);
    return words;
}

// Sends one command of one word, once. 0, or -1 with err.
static int ask_command(struct compare *c, unsigned t, const char *word, struct err *err)
{
    struct slice words[1] = {slice_of(word)};
    struct question q = {NULL, {words, 1}};
    struct run_conf conf = c->o.each[t].run;
    struct trial trial;
    bool calibrates = c->servers[t].calibrate;
    conf.requests = conf.clients = conf.pipeline = conf.threads = 1;
    conf.duration_ns = conf.warmup_ns = 0;
    conf.rate = 0;
    conf.prefill = conf.probe = false;
    c->servers[t].calibrate = false;
    int rc = server_measure(&c->servers[t], &q, &conf, &trial, err);
    c->servers[t].calibrate = calibrates;
    if (rc < 0)
        return -1;
    bool failed = summary_failed(&trial.summary);
    if (failed)
        err_set(err, ERR_RUN, "%s does not take %s: %s", c->o.names[t], word,
                trial.summary.tally.kinds[0].first[0] ? trial.summary.tally.kinds[0].first
                                                      : trial.summary.note);
    trial_free(&trial);
    return failed ? -1 : 0;
}

int round_freshen(struct compare *c, unsigned t, struct err *err)
{
    if (c->o.fresh == FRESH_NONE)
        return 0;
    if (c->o.fresh == FRESH_FLUSH)
        return ask_command(c, t, "FLUSHALL", err);
    setenv("HKV_TARGET", c->o.names[t], 1);
    struct err why;
    return shell_run(c->o.fresh_word, &c->session.stop, &why) == 0
               ? 0
               : err_set(err, ERR_RUN, "the command of --fresh failed for %s: %.300s", c->o.names[t],
                         why.text);
}

void round_learn(struct round *r, const char *test, const char *title, const struct load *load)
{
    struct comparison *comparison = r->comparison;
    if (comparison->test[0])
        return;
    snprintf(comparison->test, sizeof comparison->test, "%s", test);
    comparison->title = strdup(title);
    comparison->load = *load;
}

void round_leave_out(struct round *r, unsigned t, const char *why)
{
    snprintf(r->comparison->note, sizeof r->comparison->note, "left out for all: %s: %.180s",
             r->comparison->names[t], why);
}
