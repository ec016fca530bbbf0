// SPDX-License-Identifier: MIT
#include "experiment/compare_test.h"

#include "experiment/peers.h"
#include "experiment/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct question compare_test_question(const struct compare_test *c, unsigned t)
{
    return (struct question){c->row, c->conf->each[t].workload.command};
}

// Leaves how a server is reached, and nothing of what the load asks or how.
static void ask_once(struct run_conf *conf, const struct server *server)
{
    conf->requests = conf->clients = conf->pipeline = conf->threads = 1;
    conf->duration_ns = conf->warmup_ns = conf->ramp_ns = conf->timeout_ns = 0;
    conf->rate = 0;
    conf->part = conf->parts = conf->retries = 0;
    conf->reconnect_every = 0;
    conf->prefill = conf->probe = conf->connect_only = false;
    conf->keepalive = true;
    conf->delivery = DELIVERY_NONE;
    if (!server->target.cluster) { // one of its nodes
        conf->cluster = false;
        conf->slots = 0;
    }
}

int compare_test_ask(struct compare_test *c, unsigned t, const char *word, struct err *err)
{
    struct slice words[1] = {slice_of(word)};
    struct question q = {.command = {.at = words, .n = 1}};
    struct run_conf conf = c->conf->each[t].workload.run;
    struct trial trial;
    struct server *server = &c->servers[t];
    const struct watcher *watch = server->watch, alone = {.tick = watch->tick, .ctx = watch->ctx};
    bool calibrates = server->calibrate;
    ask_once(&conf, server);
    server->calibrate = false;
    server->watch = &alone;
    int rc = server_measure(server, &q, &conf, &trial, err);
    server->calibrate = calibrates;
    server->watch = watch;
    if (rc < 0)
        return -1;
    bool failed = summary_failed(&trial.summary);
    if (failed)
        err_set(err, ERR_RUN, "%s does not support %s: %s", c->conf->each[t].name, word,
                trial.summary.tally.kinds[0].first[0] ? trial.summary.tally.kinds[0].first
                                                      : trial.summary.note);
    server_trial_free(&trial);
    return failed ? -1 : 0;
}

int compare_test_shell(struct compare_test *c, unsigned t, const char *option, const char *command,
                       struct err *err)
{
    const char *name = c->conf->each[t].name;
    struct err why;
    setenv("HKV_TARGET", name, 1);
    return shell_run(command, &c->session->stop, &why) == 0
               ? 0
               : err_set(err, ERR_RUN, "the command of %s failed for %s: %.300s", option, name, why.text);
}

// Of a cluster, each primary is asked by itself.
static int flush(struct compare_test *c, unsigned t, struct err *err)
{
    struct server *s = &c->servers[t];
    struct target whole = s->target;
    int rc = s->map ? 0 : compare_test_ask(c, t, "FLUSHALL", err);
    s->target.cluster = NULL;
    s->target.spread_n = 0;
    for (unsigned i = 0; rc == 0 && s->map && i < s->map->primaries; i++) {
        s->target.addr = s->map->nodes[i].addr;
        rc = compare_test_ask(c, t, "FLUSHALL", err);
    }
    whole.engine = s->target.engine;
    s->target = whole;
    return rc;
}

int compare_test_freshen(struct compare_test *c, unsigned t, struct err *err)
{
    struct err failed = {0};
    if (c->conf->fresh == COMPARE_FRESH_NONE)
        return 0;
    if (peers_lead() && c->conf->fresh == COMPARE_FRESH_FLUSH)
        flush(c, t, &failed);
    else if (peers_lead())
        compare_test_shell(c, t, "--fresh", c->conf->fresh_command, &failed);
    return peers_meet(&failed, &c->session->stop, err);
}

void compare_test_learn(struct compare_test *c, const char *test, const char *title, const struct load *load)
{
    struct comparison *comparison = c->comparison;
    char *known = comparison->test[0] ? NULL : strdup(title);
    if (!known)
        return;
    snprintf(comparison->test, sizeof comparison->test, "%s", test);
    free(comparison->title);
    comparison->title = known;
    comparison->load = *load;
}

void compare_test_leave_out(struct compare_test *c, unsigned t, const char *why)
{
    snprintf(c->comparison->note, sizeof c->comparison->note, "left out for all: %s: %.180s",
             c->conf->each[t].name, why);
}
