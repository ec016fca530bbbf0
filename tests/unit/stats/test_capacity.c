// SPDX-License-Identifier: MIT
#include "stats/capacity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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
        trial(100, 3, 1, SATURATION_HELD),      trial(100, 30, 50, SATURATION_HELD),
        trial(100, 30, 20, SATURATION_HELD),    trial(200, 30, 99, SATURATION_FAILED),
        trial(100, 30, 900, SATURATION_FAILED), trial(100, 30, 5, SATURATION_CLIENT),
    };
    struct capacity c = {.slo = {1, {{QUANTILE_P99, 1}}}, .trials = trials, .n = 6};
    assert_ptr_equal(capacity_typical(&c, 100), &trials[1]);
    assert_ptr_equal(capacity_typical(&c, 200), &trials[3]);
    assert_null(capacity_typical(&c, 300));
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

static void a_client_ceiling_is_never_called_the_servers_capacity(void **state)
{
    (void)state;
    struct capacity c = {.search = {.n = 1, .loads = {{.rate = 1200, .held = {1}}}}};
    c.search.end = SATURATION_CEILING;
    c.search.stopped_at = 1500;
    says(&c, "client ceiling: at about 1500 requests");
    says(&c, "1200 hold, and the server's capacity is that or more");
    c.search.end = SATURATION_FOUND;
    says(&c, "1200 requests per second hold, ");
    c.search.end = SATURATION_UNSTEADY;
    says(&c, "about 1200 requests per second hold, but not every time");
    c.search.end = SATURATION_GOES_ON;
    says(&c, "1200 requests per second held");
}

static void where_nothing_held_no_rate_is_named(void **state)
{
    (void)state;
    struct capacity c = {.search = {.end = SATURATION_CEILING, .stopped_at = 1500}};
    says(&c, "client ceiling: at about 1500 requests");
    says(&c, "no lower rate is known to hold");
    c.search.end = SATURATION_NOTHING;
    says(&c, "no rate holds");
    c.search.end = SATURATION_UNSTEADY;
    says(&c, "none is known to hold");
    c.search.end = SATURATION_GOES_ON;
    says(&c, "no rate is known to hold");
}

static void a_disturbance_says_nothing_of_the_server(void **state)
{
    (void)state;
    char text[256];
    struct capacity c = {.search = {.n = 1, .loads = {{.rate = 1200, .held = {1}}}}};
    c.search.end = SATURATION_DISTURBED;
    c.search.stopped_at = 1500;
    capacity_sentence(&c, text);
    assert_string_equal(
        text, "disturbed: at 1500 requests per second, which is little for this client, it was late by "
              "itself: something else runs on its machine, or --slo asks more than the machine can "
              "show");
    c.search.stopped_at = 123456789; // the longest that can stand there
    says(&c, "than the machine can show");
    c.search.n = 0;
    says(&c, "disturbed: at ");
}

static struct capacity_trial taken(double client_queued_s, uint64_t slow, uint64_t lag_ns)
{
    const struct slo slo = {1, {{QUANTILE_P99, 10000000}}};
    struct thread_share share = {.queued_s = client_queued_s};
    struct summary s = {.due = 1000,
                        .sent = 1000,
                        .ok = 1000,
                        .wall_ns = 1000000000,
                        .duration_asked_ns = 1000000000,
                        .rate_asked = 1000,
                        .threads = 1,
                        .shares = &share,
                        .latency = hist_new(3),
                        .lag = hist_new(3)};
    hist_record(s.lag, lag_ns, 1000);
    hist_record(s.latency, 1000000, 1000 - slow);
    hist_record(s.latency, 50000000, slow);
    struct capacity_trial t = {0};
    capacity_take(&t, &slo, &s, 1000000000);
    hist_free(s.latency);
    hist_free(s.lag);
    return t;
}

static void a_client_at_its_end_spoils_only_what_failed(void **state)
{
    (void)state;
    assert_int_equal(taken(0, 0, 1).outcome, SATURATION_HELD);
    assert_int_equal(taken(0, 100, 1).outcome, SATURATION_FAILED);
    assert_int_equal(taken(0.5, 100, 1100000).outcome, SATURATION_CLIENT); // the limit is 10 ms
    assert_int_equal(taken(0.5, 0, 1100000).outcome, SATURATION_HELD);
}

static void a_client_that_waited_and_was_in_time_spoils_nothing(void **state)
{
    (void)state;
    struct capacity_trial t = taken(0.5, 100, 900000);
    assert_int_equal(t.verdict.limit, LIMIT_CLIENT);
    assert_int_equal(t.outcome, SATURATION_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_typical_trial_is_the_middle_of_the_longest),
        cmocka_unit_test(a_client_ceiling_is_never_called_the_servers_capacity),
        cmocka_unit_test(where_nothing_held_no_rate_is_named),
        cmocka_unit_test(a_disturbance_says_nothing_of_the_server),
        cmocka_unit_test(a_client_at_its_end_spoils_only_what_failed),
        cmocka_unit_test(a_client_that_waited_and_was_in_time_spoils_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
