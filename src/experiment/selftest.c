// SPDX-License-Identifier: MIT
#include "experiment/selftest.h"

#include "base/build.h"
#include "base/clock.h"
#include "base/poller.h"
#include "experiment/suite.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define CLIENTS 50
#define RATE 1000  // of the open loop: low, so that each request waits for a timer
#define STAMPED 16 // one request in so many has the kernel's stamps
#define SLEEP_NS NS_PER_MS

// Shares of the whole time. A trial takes a tenth more, for its warm-up.
#define CEILING_SHARE 0.04 // two of them
#define FLOOR_SHARE 0.08   // two of them
#define TIMER_SHARE 0.06
#define LAG_SHARE 0.10
#define FAULT_SHARE 0.07 // two of them
#define SLOT_SHARE 0.022 // two for each pair

static struct run_conf conf_for(enum engine_choice engine)
{
    return (struct run_conf){.host = "127.0.0.1",
                             .port = 1, // nobody is asked there: the null engine, or an embedded server
                             .engine = engine,
                             .clients = CLIENTS,
                             .threads = 1,
                             .pipeline = 1,
                             .keepalive = true,
                             .grace_ns = 5 * NS_PER_S,
                             .keyspace = 100000,
                             .seed = 1,
                             .data_bytes = 3,
                             .digits = 3};
}

static bool open_it(struct selftest_experiment *x, enum engine_choice engine, const struct fault_conf *faults)
{
    x->conf = conf_for(engine);
    x->server = (struct server){.stop = &x->session.stop};
    if (faults)
        x->server.faults = *faults;
    if (server_open(&x->server, &x->conf, engine != ENGINE_NULL, &x->err) < 0)
        return false;
    x->server.watch = &x->session.watch;
    return true;
}

// The whole goes on only where it all went well.
static bool close_it(struct selftest_experiment *x, bool well)
{
    server_close(&x->server);
    if (x->err.code && !x->session.stop.signal)
        outcome_fail(&x->session.outcome, &x->err);
    return well && !x->session.stop.signal;
}

// One trial, of which the result is usable: to be freed. False with x->err, or after a signal.
static bool try_it(struct selftest_experiment *x, const struct run_conf *conf, double share)
{
    struct suite suite = {.tests = "get"};
    struct question q = {0};
    struct run_conf timed = server_timed(conf, (uint64_t)(share * (double)x->lasting_ns));
    if (x->session.stop.signal || !suite_next(&suite, &q.row) ||
        server_measure(&x->server, &q, &timed, &x->trial, &x->err) < 0)
        return false;
    const struct summary *s = &x->trial.summary;
    if (s->ending == ENDING_DONE && s->counts.ok)
        return true;
    err_set(&x->err, ERR_RUN, "%s: %.300s", x->session.label,
            s->note[0] ? s->note : "no request was answered");
    server_trial_free(&x->trial);
    return false;
}

static void name_it(struct selftest_experiment *x, const char *label)
{
    snprintf(x->session.label, sizeof x->session.label, "%s", label);
}

static struct selftest_late late_of(const struct hist *h)
{
    if (!h || !hist_count(h))
        return (struct selftest_late){0};
    return (struct selftest_late){hist_count(h), hist_quantile(h, 0.5), hist_quantile(h, 0.99), hist_max(h)};
}

// --- the client alone ---

static bool measure_ceilings(struct selftest_experiment *x)
{
    bool well = open_it(x, ENGINE_NULL, NULL);
    name_it(x, "the client's ceiling");
    for (int i = 0; well && i < SELFTEST_FLOORS; i++) {
        struct selftest_floor *f = &x->found.floors[i];
        x->conf.pipeline = f->pipeline;
        well = try_it(x, &x->conf, CEILING_SHARE);
        if (!well)
            break;
        f->ceiling_rps = summary_rps(&x->trial.summary);
        f->cpu_us = summary_cpu_us(&x->trial.summary);
        server_trial_free(&x->trial);
    }
    return close_it(x, well);
}

// How late this machine wakes whoever sleeps: what the pace of an open loop has to make up for.
static bool measure_timer(struct selftest_experiment *x)
{
    struct poller poller;
    struct epoll_event none;
    struct session *session = &x->session;
    struct hist *late = hist_new(3);
    uint64_t end_ns = clock_ns() + (uint64_t)(TIMER_SHARE * (double)x->lasting_ns);
    int rc = late ? poller_open(&poller) : -ENOMEM;
    name_it(x, "timers");
    if (rc == 0) {
        for (uint64_t now_ns = clock_ns(); rc == 0 && now_ns < end_ns && !session->stop.signal;) {
            uint64_t due_ns = now_ns + SLEEP_NS;
            rc = poller_wait(&poller, &none, 1, SLEEP_NS);
            now_ns = clock_ns();
            if (now_ns >= due_ns) // else a wait came back early, as it may
                hist_record(late, now_ns - due_ns, 1);
        }
        poller_close(&poller);
    }
    x->found.timer = late_of(late);
    hist_free(late);
    if (rc < 0)
        outcome_raise(&session->outcome, OUTCOME_RUN, "timers could not be measured: %s", strerror(-rc));
    return rc == 0 && !session->stop.signal;
}

// --- with a server ---

// Of a latency what is not the network's and the server's, where enough of them were stamped.
static uint64_t own_of(const struct wiretimes *w)
{
    const uint64_t few = 30;
    if (!w->whole || hist_count(w->whole) < few)
        return 0;
    return hist_quantile(w->send, 0.5) + hist_quantile(w->wake, 0.5);
}

static bool measure_floors(struct selftest_experiment *x)
{
    name_it(x, "floor");
    for (int i = 0; i < SELFTEST_FLOORS; i++) {
        struct selftest_floor *f = &x->found.floors[i];
        struct run_conf conf = x->conf;
        conf.clients = 1;
        conf.pipeline = f->pipeline;
        conf.wire_every = STAMPED;
        if (!try_it(x, &conf, FLOOR_SHARE))
            return false;
        f->p50_ns = x->trial.summary.quantiles[QUANTILE_P50].ns;
        f->p99_ns = x->trial.summary.quantiles[QUANTILE_P99].ns;
        f->own_ns = own_of(&x->trial.summary.wire);
        server_trial_free(&x->trial);
    }
    return true;
}

static bool measure_lag(struct selftest_experiment *x)
{
    struct run_conf conf = x->conf;
    conf.rate = RATE;
    name_it(x, "lag");
    if (!try_it(x, &conf, LAG_SHARE))
        return false;
    x->found.lag = late_of(x->trial.summary.lag);
    server_trial_free(&x->trial);
    return true;
}

// The same server again and again. What its answers waited to be read is had from all slots together.
static bool measure_noise(struct selftest_experiment *x)
{
    struct selftest *found = &x->found;
    double rps[2 * SELFTEST_PAIRS], p50[2 * SELFTEST_PAIRS];
    struct readtimes unread;
    bool well = readtimes_init(&unread) == 0;
    if (!well)
        err_set(&x->err, ERR_RUN, "not enough memory for a histogram");
    for (unsigned i = 0; well && i < 2 * SELFTEST_PAIRS; i++) {
        snprintf(x->session.label, sizeof x->session.label, "A/A slot %u of %u", i + 1, 2 * SELFTEST_PAIRS);
        well = try_it(x, &x->conf, SLOT_SHARE);
        if (!well)
            break;
        rps[i] = summary_rps(&x->trial.summary);
        p50[i] = (double)x->trial.summary.quantiles[QUANTILE_P50].ns;
        if (x->trial.summary.read.delay)
            readtimes_merge(&unread, &x->trial.summary.read);
        server_trial_free(&x->trial);
    }
    if (well) {
        found->unread = late_of(unread.delay);
        found->pairs = SELFTEST_PAIRS;
        found->slot_s = SLOT_SHARE * (double)x->lasting_ns * 1e-9;
        found->rps_smallest = selftest_smallest(rps, SELFTEST_PAIRS);
        found->p50_smallest = selftest_smallest(p50, SELFTEST_PAIRS);
    }
    readtimes_free(&unread);
    return well;
}

static bool measure_server(struct selftest_experiment *x)
{
    bool well = open_it(x, x->engine, NULL) && measure_floors(x) && measure_lag(x) && measure_noise(x);
    if (x->server.target.engine) // --engine auto may have changed its mind by now
        snprintf(x->found.engine, sizeof x->found.engine, "%s", x->server.target.engine->name);
    return close_it(x, well);
}

// --- planted faults ---

static void say_missed(struct selftest_experiment *x, const char *what, double measured, const char *unit)
{
    outcome_raise(&x->session.outcome, OUTCOME_RUN,
                  "the injected %s was not found: measured %.2f %s; figures from this machine cannot be "
                  "trusted at present",
                  what, measured, unit);
}

static bool look_for_delay(struct selftest_experiment *x)
{
    bool well = open_it(x, x->engine, &(struct fault_conf){.delay_ns = SELFTEST_DELAY_NS, .seed = 1});
    name_it(x, "an injected delay");
    x->conf.clients = 1; // as the floor that it is held against
    well = well && try_it(x, &x->conf, FAULT_SHARE);
    if (well) {
        selftest_take_delay(&x->found, x->trial.summary.quantiles[QUANTILE_P50].ns);
        server_trial_free(&x->trial);
        if (!x->found.delay.found)
            say_missed(x, "delay of 1 ms", x->found.delay.value * 1e-6, "ms");
    }
    return close_it(x, well);
}

static bool look_for_errors(struct selftest_experiment *x)
{
    struct fault_conf faults = {.error_share = SELFTEST_ERRORS, .error_prefix = "SELFTEST", .seed = 1};
    bool well = open_it(x, x->engine, &faults);
    name_it(x, "injected errors");
    well = well && try_it(x, &x->conf, FAULT_SHARE);
    if (well) {
        selftest_take_errors(&x->found, x->trial.summary.counts.errors, summary_answered(&x->trial.summary));
        server_trial_free(&x->trial);
        if (!x->found.errors.found)
            say_missed(x, "1 % of errors", 100 * x->found.errors.value, "%");
    }
    return close_it(x, well);
}

// --- the whole ---

static void begin(struct selftest_experiment *x)
{
    struct selftest *t = &x->found;
    session_start(&x->session);
    *t = (struct selftest){.taken_unix_ms = x->session.facts.started_unix_ms,
                           .asked_s = (double)x->lasting_ns * 1e-9,
                           .floors = {{.pipeline = 1}, {.pipeline = SELFTEST_PIPELINED}}};
    memcpy(t->host, x->session.host.name, sizeof t->host);
    memcpy(t->kernel, x->session.host.kernel, sizeof t->kernel);
    snprintf(t->version, sizeof t->version, "%s", build.version);
}

void selftest_run(struct selftest_experiment *x)
{
    begin(x);
    x->found.whole = measure_ceilings(x) && measure_timer(x) && measure_server(x) && look_for_delay(x) &&
                     look_for_errors(x);
    x->found.spent_s = session_now_s(&x->session);
}
