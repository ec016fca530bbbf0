// SPDX-License-Identifier: MIT
// A server as experiments have it: found, looked at, measured, told of.
#include "experiment/server.h"

#include "net/filter_tls.h"

#include "null.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS NS_PER_MS

static struct session session;
static struct workload workload;
static struct server server;
static struct trial trial;
static struct err err;
static char said[1024];
static unsigned sentences;

static void tell(void *ctx, const char *sentence)
{
    (void)ctx;
    sentences++;
    snprintf(said, sizeof said, "%s", sentence);
}

static int begin(void **state)
{
    (void)state;
    workload = null_workload("get");
    workload.run.engine = ENGINE_EPOLL;
    workload.run.probe = true;
    workload.embedded = true;
    session = (struct session){0};
    server = (struct server){.stop = &session.stop, .watch = &session.watch};
    err = (struct err){0};
    sentences = 0;
    session_begin(&session, tell, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    server_close(&server);
    session_close(&session);
    return 0;
}

static void found(void)
{
    if (server_begin(&server, &session, &workload, &err) < 0)
        fail_msg("%s", err.text);
}

static int measure(const char *test)
{
    struct question q = {.row = catalog_find(slice_of(test))};
    return server_measure(&server, &q, &workload.run, &trial, &err);
}

static void measured(const char *test)
{
    if (measure(test) < 0)
        fail_msg("%s", err.text);
}

// --- finding it ---

static void our_own_says_where_it_is(void **state)
{
    (void)state;
    char where[64];
    found();
    assert_true(workload.run.embedded && workload.run.port > 0);
    assert_string_equal(workload.run.host, "127.0.0.1");
    snprintf(where, sizeof where, "127.0.0.1:%u", workload.run.port);
    assert_string_equal(session.facts.target, where);
    assert_string_equal(session.facts.engine, "epoll");
    assert_true(session.facts.started_unix_ms > 0);
    server_close(&server);
    assert_null(server.embedded);
    server_close(&server); // once more does no harm
}

static void all_addresses_are_told_by_their_number(void **state)
{
    (void)state;
    workload.embedded = false;
    workload.run.port = 7;
    workload.run.resolve_all = 1;
    found();
    assert_int_equal(server.target.spread_n, 1);
    assert_ptr_equal(server.target.spread, server.addresses);
    assert_string_equal(server.target.addr.text, "127.0.0.1:7 (1 address)");
}

static void not_found(enum err_code code, const char *says)
{
    assert_int_equal(server_open(&server, &workload.run, workload.embedded, &err), -1);
    assert_int_equal(err.code, code);
    if (!strstr(err.text, says))
        fail_msg("'%s' and not '%s'", err.text, says);
    server_close(&server);
    server.stop = &session.stop;
}

static void what_cannot_be_found_is_told(void **state)
{
    (void)state;
    char path[256] = "/";
    memset(path + 1, 'x', sizeof path - 2);
    workload.embedded = false;
    workload.run.unix_path = path;
    not_found(ERR_USAGE, "a socket path has 1 to 107 bytes, this one has 255");
    workload.run.unix_path = NULL;
    workload.run.cluster = true;
    workload.run.resolve_all = 1;
    not_found(ERR_USAGE, "--resolve all and --cluster do not go together");
    workload.run.resolve_all = 0;
    not_found(ERR_CONNECT, "127.0.0.1:1"); // a cluster is asked at once
    workload.run.cluster = false;
    workload.run.source_addrs = "192.0.2.1";
    not_found(ERR_USAGE, "192.0.2.1");
}

static void a_signal_before_all_else_ends_it(void **state)
{
    (void)state;
    session.stop.signal = SIGINT;
    not_found(ERR_RUN, "interrupted before anything was measured");
}

// --- a trial of many ---

static void a_trial_is_by_time_with_rows_enough(void **state)
{
    (void)state;
    struct run_conf conf = {.requests = 100, .prefill = true, .clients = 7, .interval_ns = 1};
    struct run_conf t = server_timed(&conf, 1200 * MS);
    assert_int_equal(t.requests, 0);
    assert_int_equal(t.duration_ns, 1200 * MS);
    assert_int_equal(t.warmup_ns, 120 * MS);
    assert_int_equal(t.interval_ns, 100 * MS);
    assert_false(t.prefill);
    assert_int_equal(t.clients, 7);
    assert_int_equal(server_timed(&conf, 12 * NS_PER_S).interval_ns, NS_PER_S);
    assert_int_equal(server_timed(&conf, 3600 * NS_PER_S).interval_ns, NS_PER_S);
    conf.warmup_ns = 5;
    assert_int_equal(server_timed(&conf, 1200 * MS).warmup_ns, 5); // as the user asked
    assert_true(conf.requests == 100 && conf.prefill);
}

// --- planning ---

static void a_question_is_a_row_or_a_command(void **state)
{
    (void)state;
    struct plan plan;
    struct slice words[] = {slice_of("SETEX"), slice_of("k"), slice_of("5"), slice_of("v")};
    found();
    struct question row = {.row = catalog_find(slice_of("incr"))}, own = {.command = {.at = words, .n = 4}};
    assert_int_equal(server_plan(&server, &row, &workload.run, &plan, &err), 0);
    assert_string_equal(plan.test, "incr");
    plan_reset(&plan);
    assert_int_equal(server_plan(&server, &own, &workload.run, &plan, &err), 0);
    assert_string_equal(plan.test, "command");
    assert_string_equal(plan.title, "SETEX k 5 v");
    plan_reset(&plan);
}

// --- measuring ---

static char ended_at[128];
static uint64_t ended_ok;

static void ended(void *ctx, const char *target, const struct summary *s)
{
    assert_ptr_equal(ctx, &session);
    snprintf(ended_at, sizeof ended_at, "%s", target);
    ended_ok = s->counts.ok;
}

static void a_test_is_measured_and_told_to_whoever_looks_on(void **state)
{
    (void)state;
    session.watch = (struct watcher){.ended = ended, .ctx = &session};
    ended_ok = 0;
    found();
    assert_false(server.met);
    measured("set");
    assert_int_equal(trial.summary.counts.ok, 100);
    assert_string_equal(trial.summary.title, "SET");
    assert_int_equal(ended_ok, 100);
    assert_string_equal(ended_at, session.facts.target);
    assert_true(server.met && server.who.answered);
    assert_string_equal(server.who.name, "hkv-bench-embedded");
    assert_int_equal(server.runs, 1);
    assert_int_equal(server.invalid, 0);
    server_trial_free(&trial);
    server_retell(&server, &session.facts);
    assert_non_null(session.facts.wait);
    server_tell(&server, &workload.run, &session.facts);
    assert_string_equal(session.facts.server_name, "hkv-bench-embedded");
    assert_int_equal(session.facts.seed, 1);
    assert_string_equal(session.facts.pipeline_mode, "batch");
}

static void a_server_that_is_not_to_be_asked_is_not(void **state)
{
    (void)state;
    workload.run.probe = false;
    found();
    measured("get");
    server_trial_free(&trial);
    assert_false(server.met || server.who.answered);
    assert_string_equal(server.who.name, "");
}

// Where more was to be held than there is, nothing is sent.
static void what_does_not_fit_is_refused_before_it_runs(void **state)
{
    (void)state;
    found();
    workload.run.parts = 8;
    assert_int_equal(measure("get"), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "8 parts of a load need as many connections at least"));
    assert_int_equal(server.runs, 0);
    workload.run.parts = 0;
    measured("get");
    server_trial_free(&trial);
}

static int refuse_to_join(void *ctx, struct summary *s, struct stopper *stop, struct err *e)
{
    (void)stop;
    assert_ptr_equal(ctx, &server);
    assert_int_equal(s->counts.ok, 100);
    return err_set(e, ERR_RUN, "the others are gone");
}

static void a_share_without_its_whole_is_no_result(void **state)
{
    (void)state;
    session.watch = (struct watcher){.joined = refuse_to_join, .ready_ctx = &server, .ended = ended};
    ended_at[0] = 0;
    found();
    assert_int_equal(measure("get"), -1);
    assert_string_equal(err.text, "the others are gone");
    assert_string_equal(ended_at, "");
    assert_int_equal(server.runs, 0);
}

static double ceiling(void)
{
    measured("get");
    double rps = trial.summary.signals.ceiling_rps;
    server_trial_free(&trial);
    return rps;
}

// A moment in which this process did not run says nothing: it is asked again.
static bool weighs(void)
{
    for (int i = 0; i < 200; i++)
        if (ceiling() > 0)
            return true;
    return false;
}

static void the_client_is_weighed_where_that_means_something(void **state)
{
    (void)state;
    found();
    assert_true(ceiling() == 0); // nobody asked
    server.calibrate = true;
    assert_true(weighs());
    workload.run.rate = 1e5; // whatever the rate is
    assert_true(weighs());
    workload.run.rate = 0;
    workload.run.connect_only = true;
    workload.run.keepalive = false;
    assert_true(ceiling() == 0);
}

// It drops whoever speaks plainly without a word.
static void a_server_of_tls_is_told_from_one_that_is_gone(void **state)
{
    (void)state;
    struct serve *secure;
    struct serve_conf conf = {.host = "127.0.0.1", .tls.on = true};
    struct filter *filter;
    if (filter_tls_open(&filter, &(struct tls_conf){.on = true, .insecure = true}, &err) < 0)
        skip(); // the build has no TLS
    filter_tls_close(filter);
    assert_int_equal(serve_open(&secure, &conf, &err), 0);
    assert_int_equal(serve_start(secure), 0);
    workload.embedded = workload.run.probe = false;
    workload.run.port = serve_port(secure);
    found();
    assert_int_equal(measure("get"), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    assert_non_null(strstr(err.text, ": it speaks TLS: add --tls"));
    serve_close(secure);
}

// --- at the end of many trials ---

static void trials_of_another_load_are_told_with_the_first_reason(void **state)
{
    (void)state;
    struct validity_result *keys = &server.first.checks[VALID_KEYS];
    struct validity_result *arrivals = &server.first.checks[VALID_ARRIVALS];
    server.runs = 10;
    server.first.known = server.first.invalid = true;
    keys->state = arrivals->state = VALIDITY_FAIL;
    snprintf(keys->reason, sizeof keys->reason, "they are not uniform");
    server_tell_invalid(&server, &session.outcome);
    assert_int_equal(sentences, 0); // none was
    server.invalid = 2;
    server_tell_invalid(&server, &session.outcome);
    assert_int_equal(sentences, 1); // of a load beyond the server nobody expects to be in time
    assert_string_equal(said, "2 of 10 trials are INVALID (keys, arrivals): they are not uniform");
    assert_int_equal(session.outcome.code, OUTCOME_GOOD);
    server.runs = server.invalid = 0;
}

static void wrong_values_are_told_with_whose_they_are(void **state)
{
    (void)state;
    server_tell_values(&server, &session.outcome);
    assert_int_equal(sentences, 0);
    server.wrong_values = 3;
    server_tell_values(&server, &session.outcome);
    assert_string_equal(said, "--verify: 3 of the values that were read are wrong");
    assert_int_equal(session.outcome.code, OUTCOME_VALUES);
    server.name = "b";
    server_tell_values(&server, &session.outcome);
    assert_string_equal(said, "b: --verify: 3 of the values that were read are wrong");
}

// One bit of each value that is read is another: each is counted, over all trials.
static void wrong_values_of_all_trials_are_added_up(void **state)
{
    (void)state;
    server.faults.value_shares[FAULT_CORRUPT] = 1;
    workload.run.verify = true;
    workload.run.data_bytes = 64;
    workload.run.values_vary = true;
    workload.run.value_sizes = (struct sizes){.lo = 64, .hi = 64};
    workload.run.contents.kind = CONTENTS_SELF;
    workload.run.prefill = true;
    found();
    measured("get");
    server_trial_free(&trial);
    assert_int_equal(server.wrong_values, 100);
    measured("get");
    server_trial_free(&trial);
    assert_int_equal(server.wrong_values, 200);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(our_own_says_where_it_is),
        TEST(all_addresses_are_told_by_their_number),
        TEST(what_cannot_be_found_is_told),
        TEST(a_signal_before_all_else_ends_it),
        TEST(a_trial_is_by_time_with_rows_enough),
        TEST(a_question_is_a_row_or_a_command),
        TEST(a_test_is_measured_and_told_to_whoever_looks_on),
        TEST(a_server_that_is_not_to_be_asked_is_not),
        TEST(what_does_not_fit_is_refused_before_it_runs),
        TEST(a_share_without_its_whole_is_no_result),
        TEST(the_client_is_weighed_where_that_means_something),
        TEST(a_server_of_tls_is_told_from_one_that_is_gone),
        TEST(trials_of_another_load_are_told_with_the_first_reason),
        TEST(wrong_values_are_told_with_whose_they_are),
        TEST(wrong_values_of_all_trials_are_added_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
