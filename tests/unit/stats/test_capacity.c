// SPDX-License-Identifier: MIT
#include "stats/capacity.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct capacity_trial trial(double rate, double lasting_s, uint64_t p99_ns,
                                   enum saturation_outcome outcome)
{
    struct capacity_trial t = {.rate = rate, .lasting_s = lasting_s, .outcome = outcome};
    t.quantiles[QUANTILE_P99].ns = p99_ns;
    return t;
}

static void the_typical_trial_is_the_middle_of_the_longest(void **state)
{
    (void)state;
    struct capacity_trial trials[] = {
        trial(100, 3, 1, SATURATION_PASS),    trial(100, 30, 50, SATURATION_PASS),
        trial(100, 30, 20, SATURATION_PASS),  trial(200, 30, 99, SATURATION_FAIL),
        trial(100, 30, 900, SATURATION_FAIL), trial(100, 30, 5, SATURATION_VOID),
    };
    struct capacity c = {.slo = {1, {{QUANTILE_P99, 1, ""}}}, .trials = trials, .n = 6};
    assert_ptr_equal(capacity_typical(&c, 100), &trials[1]);
    assert_ptr_equal(capacity_typical(&c, 200), &trials[3]);
    assert_null(capacity_typical(&c, 300));
    assert_ptr_equal(capacity_compliant(&c, 100), &trials[2]); // not the one that failed
    assert_null(capacity_compliant(&c, 200));
    trials[2].quantiles[QUANTILE_P99].ns = 50; // ties are no trouble
    assert_ptr_equal(capacity_typical(&c, 100), &trials[2]);
}

static void says(const struct capacity *c, const char *expected)
{
    char text[256];
    capacity_sentence(c, text);
    if (!strstr(text, expected))
        fail_msg("\"%s\" does not say \"%s\"", text, expected);
}

// A search that asked these loads, each once, with nothing late or all.
static struct capacity searched(const double *loads, const bool *pass, unsigned n, enum saturation_end end)
{
    static const struct saturation_limit limit = {0.01, 0.01};
    struct capacity c = {.slo = {1, {{QUANTILE_P99, 10000000, ""}}}};
    saturation_init(&c.search, 1000, 0, &limit, 1);
    c.search.phase = SATURATION_LONG;
    for (unsigned i = 0; i < n; i++) {
        struct saturation_reply reply = {
            pass[i] ? SATURATION_PASS : SATURATION_FAIL, 1e5, {pass[i] ? 0 : 0.5}, {0}};
        c.search.asked = loads[i];
        saturation_answer(&c.search, &reply);
    }
    c.search.end = end;
    return c;
}

static void a_client_ceiling_is_never_called_the_servers_capacity(void **state)
{
    (void)state;
    struct capacity c = searched((double[]){1200}, (bool[]){true}, 1, SATURATION_CEILING);
    c.search.stopped_at = 1500;
    says(&c,
         "client ceiling: capacity is at least 1,200 req/s, which passed; at about 1,500 req/s the client "
         "is the bottleneck");
    struct saturation_result r = saturation_result(&c.search);
    assert_true(r.at_least && capacity_figure(&r) == 1200);
    c.search.end = SATURATION_GOES_ON;
    says(&c, "not finished: 1,200 req/s passed so far");
    c.search.end = SATURATION_SPENT;
    says(&c, "not finished within --budget: 1,200 req/s passed so far");
    c = searched((double[]){1200}, (bool[]){true}, 0, SATURATION_CEILING);
    c.search.stopped_at = 1500;
    says(&c, "no lower rate is known to pass; the server's capacity is unknown");
    c.search.end = SATURATION_NOTHING;
    says(&c, "no rate passes");
    c.search.end = SATURATION_UNSTEADY;
    says(&c, "unsteady: the same rates pass and fail");
    c.search.end = SATURATION_GOES_ON;
    says(&c, "no rate has passed yet");
}

static void what_was_found_has_an_interval(void **state)
{
    (void)state;
    struct capacity c =
        searched((double[]){980, 990, 1010, 1020}, (bool[]){true, true, false, false}, 4, SATURATION_FOUND);
    struct saturation_result r = saturation_result(&c.search);
    assert_true(r.low <= 990.01 && r.capacity > 980 && r.capacity < 1020 && r.high >= 1009.99 && !r.at_least);
    assert_true(r.pass == 990 && r.fail == 1010);
    says(&c, "capacity ");
    says(&c, " req/s, 95% CI ");
    c.search.end = SATURATION_UNSTEADY;
    says(&c, "unsteady (trials contradict each other): capacity about ");
}

static void a_disturbance_says_nothing_of_the_server(void **state)
{
    (void)state;
    char text[256];
    struct capacity c = searched((double[]){1200}, (bool[]){true}, 1, SATURATION_DISTURBED);
    c.search.stopped_at = 1500;
    capacity_sentence(&c, text);
    assert_string_equal(text, "disturbed: the client sent late at 1,500 req/s, which it can sustain: other "
                              "work runs on its machine, or --slo is tighter than this machine can measure");
}

// A server that falls behind while all that it answered was in time fails by the whole.
static void falling_behind_is_late(void **state)
{
    (void)state;
    struct capacity_trial t = trial(100, 3, 1, SATURATION_FAIL);
    struct capacity c = {.slo = {1, {{QUANTILE_P99, 1, ""}}}, .trials = &t, .n = 1};
    t.judged = 300;
    assert_true(capacity_reply(&c).share[0] == 1);
    t.late[0].share = 0.02;
    assert_true(capacity_reply(&c).share[0] == 0.02 && capacity_reply(&c).requests == 300);
    t.outcome = SATURATION_PASS;
    t.late[0].share = 0.002;
    assert_true(capacity_reply(&c).share[0] == 0.002);
}

// A tenth of the requests is of that command: of all, 0.1 % of them may be late, and what was late of its own
// is a tenth as much of all.
static void limits_of_one_command_are_shares_of_all(void **state)
{
    (void)state;
    struct summary kinds[] = {{.test = "set", .counts.sent = 100}, {.test = "get", .counts.sent = 900}};
    struct summary s = {.counts.sent = 1000, .kinds = kinds, .nkinds = 2};
    struct capacity_trial t = trial(100, 3, 1, SATURATION_FAIL);
    struct capacity c = {.slo = {3,
                                 {{QUANTILE_P99, 1000000000, "set"},
                                  {QUANTILE_P99, 1000000000, ""},
                                  {QUANTILE_P99, 1000000000, "del"}}},
                         .trials = &t,
                         .n = 1};
    struct saturation_limit limit[SLO_MAX];
    capacity_take_parts(&c, &s);
    assert_int_equal(capacity_limits(&c, limit), 3);
    assert_true(fabs(limit[0].allowed - 0.001) < 1e-12 && fabs(limit[1].allowed - 0.01) < 1e-12);
    assert_true(fabs(limit[2].allowed - 0.00001) < 1e-12 && limit[0].within_s == 1);
    t.late[0] = (struct slo_share){0.5, 0.4, 0.6, 7};
    struct saturation_reply reply = capacity_reply(&c);
    assert_true(fabs(reply.share[0] - 0.05) < 1e-12 && reply.variance[0] == 7);
}

// How the next trial came about.
static bool overheard, hopeless;
static struct outages outages;

static struct capacity_trial taken(double client_queued_s, uint64_t slow, uint64_t lag_ns)
{
    const struct slo slo = {1, {{QUANTILE_P99, 10000000, ""}}};
    struct thread_share share = {.queued_s = client_queued_s};
    struct recorder rec;
    assert_int_equal(recorder_init(&rec, 3, true), 0);
    struct summary s = {.counts.sent = 1000,
                        .counts.ok = 1000,
                        .wall_ns = 1000000000,
                        .duration_asked_ns = 1000000000,
                        .load.rate = 1000,
                        .load.threads = 1,
                        .workers = 1,
                        .shares = &share,
                        .latency = rec.latency,
                        .lag = hist_new(3)};
    assert_int_equal(series_init(&s.series, &rec, 1000000000), 0);
    hist_record(s.lag, lag_ns, 1000);
    series_due(&s.series, 0, 1000);
    recorder_ok(&rec, 1000000, 1000 - slow);
    recorder_ok(&rec, 50000000, slow);
    assert_int_equal(series_mark(&s.series, &rec, 0), 0);
    struct capacity_trial t = {.overheard = overheard};
    s.hopeless = hopeless;
    verdict_of(&s, &s.verdict);
    s.outages = outages;
    capacity_take(&t, &slo, &s, &(struct slo_window){0, 1000000000});
    series_free(&s.series);
    recorder_free(&rec);
    hist_free(s.lag);
    by_command_free(&t.commands);
    return t;
}

static void a_client_at_its_end_spoils_only_what_failed(void **state)
{
    (void)state;
    assert_int_equal(taken(0, 0, 1).outcome, SATURATION_PASS);
    assert_int_equal(taken(0, 100, 1).outcome, SATURATION_FAIL);
    assert_int_equal(taken(0.5, 100, 1100000).outcome, SATURATION_VOID); // the limit is 10 ms
    assert_int_equal(taken(0.5, 0, 1100000).outcome, SATURATION_PASS);
}

// What nobody served says nothing of the load, pass or fail; a stall of a server that stood is its own.
static void an_outage_spoils_a_trial(void **state)
{
    (void)state;
    for (unsigned slow = 0; slow <= 100; slow += 100) {
        outages = (struct outages){.list = {{.length_ns = 1500000000, .broke = true}}, .n = 1};
        struct capacity_trial t = taken(0, slow, 1);
        assert_int_equal(t.outcome, SATURATION_VOID);
        assert_true(t.outage_s == 1.5);
        outages.list[0].broke = false;
        t = taken(0, slow, 1);
        assert_int_equal(t.outcome, slow ? SATURATION_FAIL : SATURATION_PASS);
        assert_true(t.outage_s == 0);
    }
    outages = (struct outages){0};
}

static void a_client_that_waited_and_was_in_time_spoils_nothing(void **state)
{
    (void)state;
    struct capacity_trial t = taken(0.5, 100, 900000);
    assert_int_equal(t.verdict.limit, LIMIT_CLIENT);
    assert_int_equal(t.outcome, SATURATION_FAIL);
}

static void what_ended_early_for_another_promise_says_nothing(void **state)
{
    (void)state;
    hopeless = true;
    assert_int_equal(taken(0, 0, 1).outcome, SATURATION_FAIL); // its own: it decides
    overheard = true;
    struct capacity_trial t = taken(0, 0, 1);
    assert_int_equal(t.outcome, SATURATION_VOID);
    assert_string_equal(t.verdict.why, "stopped early, for another objective");
    hopeless = false;
    assert_int_equal(taken(0, 0, 1).outcome, SATURATION_PASS);
    assert_int_equal(taken(0, 100, 1).outcome, SATURATION_FAIL);
    overheard = false;
}

static void each_promise_has_a_place(void **state)
{
    (void)state;
    const struct slo promises[] = {
        {1, {{QUANTILE_P99, 1, ""}}}, {1, {{QUANTILE_P999, 5, ""}}}, {1, {{QUANTILE_P50, 2, ""}}}};
    struct capacity c;
    assert_int_equal(capacity_begin(&c, promises, 3), 0);
    assert_int_equal(c.others_n, 2);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(capacity_promise(&c, i)->slo.limit[0].ns, promises[i].limit[0].ns);
    capacity_free(&c);
    assert_int_equal(capacity_begin(&c, promises, 1), 0);
    assert_null(c.others);
    capacity_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_typical_trial_is_the_middle_of_the_longest),
        cmocka_unit_test(a_client_ceiling_is_never_called_the_servers_capacity),
        cmocka_unit_test(what_was_found_has_an_interval),
        cmocka_unit_test(falling_behind_is_late),
        cmocka_unit_test(limits_of_one_command_are_shares_of_all),
        cmocka_unit_test(a_disturbance_says_nothing_of_the_server),
        cmocka_unit_test(an_outage_spoils_a_trial),
        cmocka_unit_test(a_client_at_its_end_spoils_only_what_failed),
        cmocka_unit_test(a_client_that_waited_and_was_in_time_spoils_nothing),
        cmocka_unit_test(what_ended_early_for_another_promise_says_nothing),
        cmocka_unit_test(each_promise_has_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
