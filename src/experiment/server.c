// SPDX-License-Identifier: MIT
#include "experiment/server.h"

#include "experiment/peers.h"
#include "net/filter_tls.h"
#include "run/limits.h"
#include "run/survey.h"
#include "run/talk.h"
#include "stats/freeze.h"
#include "stats/validity.h"
#include "stats/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALIBRATION_NS (5 * NS_PER_MS)
#define CALIBRATION_BUSY 0.5 // of a client thread's time: below, what it could do at most is of no interest
#define ADDRESSES_MAX 256
#define ROWS 12  // of a timed trial, at least
#define TURNS 16 // of each primary of a cluster, on average

static int start_embedded(struct server *s, struct run_conf *run, struct err *err)
{
    struct serve_conf conf = {.host = "127.0.0.1", .tls.on = run->tls.on, .faults = s->faults};
    if (serve_open(&s->embedded, &conf, err) < 0)
        return -1;
    if (serve_start(s->embedded) < 0)
        return err_set(err, ERR_RUN, "the embedded server's thread could not be started");
    run->host = conf.host;
    run->port = serve_port(s->embedded);
    run->tls.trusted = serve_certificate(s->embedded);
    run->embedded = true;
    return 0;
}

// Where no keys are asked for, connections go to all primaries in turn, and to each as often as it owns
// slots.
static int take_turns(struct server *s, struct err *err)
{
    const struct map *m = s->map;
    unsigned n = m->primaries * TURNS;
    int64_t *credit = calloc(m->primaries, sizeof *credit), owned = 0;
    free(s->addresses);
    s->addresses = calloc(n, sizeof *s->addresses);
    for (unsigned i = 0; i < m->primaries; i++)
        owned += m->nodes[i].slots;
    for (unsigned turn = 0; credit && s->addresses && turn < n; turn++) {
        unsigned next = 0;
        for (unsigned i = 0; i < m->primaries; i++) {
            credit[i] += m->nodes[i].slots;
            next = credit[i] > credit[next] ? i : next;
        }
        credit[next] -= owned;
        s->addresses[turn] = m->nodes[next].addr;
    }
    bool ok = credit && s->addresses;
    free(credit);
    s->target.cluster = NULL;
    s->target.spread = s->addresses;
    s->target.spread_n = n;
    s->target.places = m->primaries;
    return ok ? 0 : err_set(err, ERR_RUN, "not enough memory for the addresses");
}

// The cluster as it is now: tests before may have seen it change.
static int look_again(struct server *s, const struct run_conf *conf, struct err *err)
{
    struct map *map;
    if (!conf->cluster)
        return 0;
    if (survey(&map, &s->target, conf, s->stop->fd, err) < 0)
        return -1;
    map_free(s->map);
    s->target.cluster = s->map = map;
    return conf->connect_only ? take_turns(s, err) : 0;
}

static int find_all(struct server *s, const struct addr_query *q, struct err *err)
{
    char name[sizeof s->target.addr.text];
    s->addresses = calloc(ADDRESSES_MAX, sizeof *s->addresses);
    if (!s->addresses)
        return err_set(err, ERR_RUN, "not enough memory for the addresses");
    int n = addr_tcp_all(s->addresses, ADDRESSES_MAX, q, err);
    if (n < 0)
        return -1;
    s->target.spread = s->addresses;
    s->target.spread_n = s->target.places = (unsigned)n;
    s->target.addr = s->addresses[0];
    memcpy(name, s->target.addr.text, sizeof name);
    snprintf(s->target.addr.text, sizeof s->target.addr.text, "%.100s (%d address%s)", name, n,
             n > 1 ? "es" : "");
    return 0;
}

static int find_one(struct server *s, const struct run_conf *conf, struct err *err)
{
    if (conf->unix_path && !conf->embedded)
        return addr_unix(&s->target.addr, conf->unix_path, err);
    struct addr_query q = {conf->host, conf->port, conf->grace_ns, s->stop->fd};
    return conf->resolve_all ? find_all(s, &q, err) : addr_tcp(&s->target.addr, &q, err);
}

static int find(struct server *s, const struct run_conf *conf, struct err *err)
{
    if (conf->cluster)
        return look_again(s, conf, err);
    if (find_one(s, conf, err) < 0)
        return -1;
    if (!run_conf_apart(conf))
        return 0;
    s->target.cluster = s->map = map_of_one(&s->target.addr);
    return s->map ? 0 : err_set(err, ERR_RUN, "not enough memory for the server's slots");
}

static int settle_sources(struct server *s, const char *list, struct err *err)
{
    struct dialling *how = &s->target.how;
    if (!list)
        return 0;
    s->sources = calloc(DIALLING_SOURCES, sizeof *s->sources);
    if (!s->sources)
        return err_set(err, ERR_RUN, "not enough memory for the addresses");
    int n = dialling_sources(s->sources, DIALLING_SOURCES, list, err);
    how->sources = s->sources;
    how->sources_n = n < 0 ? 0 : (unsigned)n;
    return n < 0 ? -1 : 0;
}

// How it is dialled.
static int settle_dialling(struct server *s, const struct run_conf *conf, struct err *err)
{
    s->target.how = (struct dialling){.nagle = conf->nagle, .mptcp = conf->mptcp, .reset = conf->reset};
    if (conf->cluster && conf->resolve_all)
        return err_set(err, ERR_USAGE,
                       "--resolve all and --cluster do not go together (a cluster's nodes are found by "
                       "itself): leave out one of them");
    return settle_sources(s, conf->source_addrs, err);
}

static int check_dialling(const struct server *s, const struct run_conf *conf, struct err *err)
{
    if (conf->cluster)
        return 0;
    for (unsigned i = 0; i < s->target.spread_n; i++)
        if (dialling_check(&s->target.how, &s->target.spread[i], err) < 0)
            return -1;
    return dialling_check(&s->target.how, &s->target.addr, err);
}

static int load_tls(struct server *s, const struct tls_conf *conf, struct err *err)
{
    if (!conf->on)
        return 0;
    int rc = filter_tls_open(&s->tls, conf, err);
    s->target.filter = s->tls;
    return rc;
}

// A server of TLS may drop whoever speaks plainly without a word: whether that is why no byte came.
static bool wants_tls(const struct server *s)
{
    struct target target = s->target;
    struct filter *tls;
    struct err err = {0};
    bool agrees = false;
    if (target.filter || target.engine == &engine_null || addr_is_unix(&target.addr) ||
        filter_tls_open(&tls, &(struct tls_conf){.on = true, .insecure = true}, &err) < 0)
        return false;
    target.filter = tls;
    talk_filter(&target, s->stop->fd, NS_PER_S, &agrees, &err);
    filter_tls_close(tls);
    return agrees;
}

static int tell_tls(const struct server *s, struct err *err)
{
    return err_set(err, ERR_CONNECT, "cannot connect to %s: it speaks TLS: add --tls", s->target.addr.text);
}

// A cluster is asked for its nodes before anything else is.
static int find_nodes(struct server *s, const struct run_conf *conf, struct err *err)
{
    if (find(s, conf, err) == 0)
        return 0;
    bool dropped = conf->cluster && err->code == ERR_CONNECT;
    return dropped && !s->stop->signal && wants_tls(s) ? tell_tls(s, err) : -1;
}

int server_open(struct server *s, struct run_conf *conf, bool embedded, struct err *err)
{
    *s = (struct server){.stop = s->stop, .faults = s->faults};
    if (embedded && start_embedded(s, conf, err) < 0)
        return -1;
    s->target.engine = engine_find(conf->engine, err);
    if (!s->target.engine || load_tls(s, &conf->tls, err) < 0 || settle_dialling(s, conf, err) < 0 ||
        find_nodes(s, conf, err) < 0 || check_dialling(s, conf, err) < 0)
        return -1;
    bool agrees;
    if (s->tls && talk_filter(&s->target, s->stop->fd, conf->grace_ns, &agrees, err) < 0)
        return -1;
    return s->stop->signal ? err_set(err, ERR_RUN, "interrupted before anything was measured") : 0;
}

void server_close(struct server *s)
{
    if (s->embedded)
        serve_close(s->embedded);
    map_free(s->map);
    filter_tls_close(s->tls);
    free(s->addresses);
    free(s->sources);
    *s = (struct server){0};
}

int server_begin(struct server *s, struct session *session, struct workload *w, struct err *err)
{
    s->stop = &session->stop;
    if (server_open(s, &w->run, w->embedded, err) < 0)
        return -1;
    s->calibrate = w->calibrate;
    s->watch = &session->watch;
    session_start(session);
    server_tell(s, &w->run, &session->facts);
    return 0;
}

static bool asks(const struct server *s, const struct run_conf *conf)
{
    return conf->probe && s->target.engine != &engine_null;
}

// A look at the server and the machine before a test. Whoever did not answer INFO once is not asked again.
static void meet(struct server *s, const struct plan *p)
{
    bool asked = asks(s, p->conf) && (!s->met || s->who.answered);
    environment_read(&s->before, p, NULL, asked, s->stop->fd);
    if (!s->met && asked)
        s->who = s->before.probe;
    s->met |= asked;
}

// Where nothing that was sent had an answer, says so if that is for want of TLS.
static int explain(const struct server *s, int rc, struct summary *out, struct err *err)
{
    bool dropped =
        rc == 0 ? out->ending == ENDING_LOST && !out->counts.bytes_received : err->code == ERR_CONNECT;
    if (!dropped || s->stop->signal || !wants_tls(s))
        return rc;
    if (rc == 0)
        summary_free(out);
    return tell_tls(s, err);
}

int server_run(struct server *s, const struct plan *p, struct summary *out, struct err *err)
{
    filter_tls_forget(s->tls); // each test begins with full handshakes
    struct watcher watch = *s->watch;
    watch.server_pid = s->before.server.n ? s->before.probe.pid : 0;
    int rc = run_test(p, s->stop, &watch, out, err);
    if (rc == RUN_REFUSED && p->conf->engine == ENGINE_AUTO && s->target.engine == &engine_uring) {
        s->target.engine = &engine_epoll;
        rc = run_test(p, s->stop, &watch, out, err);
    }
    s->wait = rc == 0 ? out->waits_by : s->wait;
    s->wrong_values += rc == 0 ? counts_wrong_values(&out->counts) : 0;
    return explain(s, rc, out, err);
}

// The same test for a moment with the null engine: what this program could do at most. What it could do
// behind a filter is not known that way.
static double ceiling_of(const struct server *s, const struct plan *p, const struct summary *test)
{
    if (!s->calibrate || verdict_busy(test) < CALIBRATION_BUSY || s->target.engine == &engine_null ||
        s->target.filter || p->asks->raw || p->conf->upkeep || p->conf->connect_only || p->conf->replay.path)
        return 0;
    struct run_conf conf = *p->conf;
    struct target target = {.addr = s->target.addr, .cluster = s->target.cluster, .engine = &engine_null};
    struct plan trial = *p;
    struct summary found;
    struct err err = {0};
    conf.rate = 0;
    conf.requests = conf.warmup_ns = conf.ramp_ns = 0;
    conf.until_error = 0;
    conf.slo = NULL; // it looks at a part of a longer time
    conf.duration_ns = CALIBRATION_NS;
    trial.conf = &conf;
    trial.target = &target;
    trial.upkeep = (struct asks){0};
    trial.knocks = false;
    trial.setup_replies = 0;
    if (run_test(&trial, s->stop, &(struct watcher){0}, &found, &err) < 0)
        return 0;
    double rps = summary_rps(&found);
    summary_free(&found);
    return rps;
}

// Of a load beyond what the server can do nobody expects that it is sent in time.
static void note_validity(struct server *s, const struct summary *found)
{
    bool invalid = false;
    for (int i = 0; i < VALIDITY_CHECKS; i++)
        invalid |= i != VALID_ARRIVALS && found->validity.checks[i].state == VALIDITY_FAIL;
    s->runs++;
    if (invalid && s->invalid++ == 0)
        s->first = found->validity;
}

// What was seen beside the test.
static void look_back(struct server *s, const struct plan *p, struct summary *found)
{
    struct environment after;
    bool ended = found->ending == ENDING_DONE || found->ending == ENDING_SKIPPED;
    environment_read(&after, p, &s->before, asks(s, p->conf) && s->before.probe.answered && ended,
                     s->stop->fd);
    environment_signals(&found->signals, &s->before, &after, p);
}

// With that the result is whole.
static int freeze(struct summary *found, struct err *err)
{
    if (freeze_summary(found) == 0)
        return 0;
    summary_free(found);
    return err_set(err, ERR_RUN, "not enough memory for the result of a test");
}

int server_plan(struct server *s, const struct question *q, const struct run_conf *conf, struct plan *p,
                struct err *err)
{
    if (q->row)
        return plan_test(p, conf, &s->target, q->row, err);
    return plan_command(p, conf, &s->target, q->command, err);
}

struct run_conf server_timed(const struct run_conf *conf, uint64_t lasting_ns)
{
    struct run_conf timed = *conf;
    timed.requests = 0;
    timed.duration_ns = lasting_ns;
    timed.warmup_ns = timed.warmup_ns ? timed.warmup_ns : lasting_ns / 10;
    timed.interval_ns = lasting_ns / ROWS < NS_PER_S ? lasting_ns / ROWS : NS_PER_S;
    timed.prefill = false;
    return timed;
}

static int join(struct server *s, struct summary *found, struct err *err)
{
    int rc = s->watch->joined(s->watch->ready_ctx, found, s->stop, err);
    if (rc < 0)
        summary_free(found);
    return rc;
}

static int measure(struct server *s, const struct question *q, const struct run_conf *conf, struct trial *out,
                   struct err *err)
{
    struct plan *p = &out->plan;
    if ((s->met && look_again(s, conf, err) < 0) || server_plan(s, q, conf, p, err) < 0)
        return -1;
    int rc = limits_check(p, err);
    if (rc == 0) {
        meet(s, p);
        rc = server_run(s, p, &out->summary, err);
        if (rc == 0) {
            look_back(s, p, &out->summary);
            out->summary.signals.ceiling_rps = ceiling_of(s, p, &out->summary);
            rc = freeze(&out->summary, err);
        }
        if (rc == 0 && s->watch->joined)
            rc = join(s, &out->summary, err);
        if (rc == 0)
            note_validity(s, &out->summary);
        if (rc == 0 && s->watch->ended)
            s->watch->ended(s->watch->ctx, s->target.addr.text, &out->summary);
    }
    if (rc < 0)
        plan_reset(p);
    return rc;
}

int server_measure(struct server *s, const struct question *q, const struct run_conf *conf, struct trial *out,
                   struct err *err)
{
    if (peers_check(err) < 0)
        return -1;
    int rc = measure(s, q, conf, out, err);
    if (rc < 0 && s->watch->joined)
        peers_leave();
    return rc;
}

void server_tell_invalid(const struct server *s, struct outcome *outcome)
{
    char text[VALIDITY_TEXT];
    for (int i = 0; s->invalid && i < VALIDITY_CHECKS; i++)
        if (i != VALID_ARRIVALS && s->first.checks[i].state == VALIDITY_FAIL)
            outcome_say(outcome, "%u of %u trials are %s: %s", s->invalid, s->runs,
                        validity_text(&s->first, text), s->first.checks[i].reason);
}

void server_tell_values(const struct server *s, struct outcome *outcome)
{
    if (s->wrong_values)
        outcome_raise(outcome, OUTCOME_VALUES,
                      "%s%s--verify: %" PRIu64 " of the values that were read are wrong",
                      s->name ? s->name : "", s->name ? ": " : "", s->wrong_values);
}

void server_trial_free(struct trial *t)
{
    summary_free(&t->summary);
    plan_reset(&t->plan);
}

void server_tell(const struct server *s, const struct run_conf *conf, struct run_facts *facts)
{
    facts->target = s->target.addr.text;
    facts->server_name = s->who.name;
    facts->server_version = s->who.version;
    facts->engine = s->target.engine->name;
    facts->verifies = conf->verify;
    facts->pipeline_mode = conf->pipeline_mode == PIPELINE_WINDOW ? "window" : "batch";
    facts->seed = conf->seed;
}

void server_retell(const struct server *s, struct run_facts *facts)
{
    facts->engine = s->target.engine->name;
    facts->wait = s->wait;
}
