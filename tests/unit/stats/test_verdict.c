// SPDX-License-Identifier: MIT
#include "stats/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct thread_share shares[2];

// 10 s, two client threads at ease, half of the answers within 200 us.
static struct summary at_ease(void)
{
    struct summary s = {.counts.sent = 5000,
                        .counts.ok = 5000,
                        .wall_ns = 10000000000,
                        .latency = hist_new(3),
                        .load.threads = 2,
                        .workers = 2,
                        .shares = shares};
    shares[0] = (struct thread_share){.user_s = 1, .system_s = 2};
    shares[1] = (struct thread_share){.user_s = 1, .system_s = 1};
    hist_record(s.latency, 200000, 5000);
    s.signals.rtt_min_us = 80;
    return s;
}

static void assert_says(const struct summary *s, enum limit limit, const char *why)
{
    struct verdict v;
    verdict_of(s, &v);
    assert_int_equal(v.limit, limit);
    assert_non_null(strstr(v.why, why));
}

static void assert_limit(struct summary *s, enum limit limit, const char *why)
{
    assert_says(s, limit, why);
    hist_free(s->latency);
    hist_free(s->lag);
}

static void nobody_at_his_end_is_unknown(void **state)
{
    (void)state;
    struct summary s = at_ease();
    assert_true(verdict_busy(&s) == 0.3);
    assert_limit(&s, LIMIT_UNKNOWN, "30% busy");
    struct summary nothing = {0};
    struct verdict v;
    verdict_of(&nothing, &v);
    assert_int_equal(v.limit, LIMIT_UNKNOWN);
    s = at_ease();
    shares[1].user_s = 0.05;
    s.wall_ns = 50000000;
    assert_limit(&s, LIMIT_UNKNOWN, "too short");
}

static void a_client_at_its_end(void **state)
{
    (void)state;
    struct summary s = at_ease();
    shares[1].user_s = 8.5;
    assert_limit(&s, LIMIT_CLIENT, "95% busy");
    s = at_ease();
    shares[1].user_s = 8.5;
    s.signals.server_thread = 0.97; // both are: the server would have to be faster for the client to matter
    assert_limit(&s, LIMIT_SERVER, "busiest server thread 97% busy");
    s = at_ease();
    s.paused_ns = 1100000000;
    assert_limit(&s, LIMIT_CLIENT, "not running for 1.1 s");
    s = at_ease();
    s.paused_ns = UINT64_C(1234567000000);
    assert_limit(&s, LIMIT_CLIENT, "not running for 1235 s"); // no exponent
    s = at_ease();
    shares[0].queued_s = 1.5;
    s.signals.server_thread = 0.97;
    assert_limit(&s, LIMIT_CLIENT, "not scheduled 15%");
}

static void a_client_that_is_late(void **state)
{
    (void)state;
    struct summary s = at_ease();
    s.load.rate = 500;
    s.lag = hist_new(2);
    hist_record(s.lag, 30000, 4000);
    hist_record(s.lag, 150000, 1000);
    assert_limit(&s, LIMIT_CLIENT, "sent late");
}

// Half of the answers lay in the socket for delay_us of their 200.
static struct summary read_late(uint64_t delay_us)
{
    struct summary s = at_ease();
    assert_int_equal(readtimes_init(&s.read), 0);
    readtimes_record(&s.read, 200000, delay_us * 1000, 5000);
    return s;
}

static void answers_that_lie_unread_are_the_clients(void **state)
{
    (void)state;
    struct summary s = read_late(120);
    assert_says(&s, LIMIT_CLIENT, "unread for a median of 120 µs, 60% of the latency");
    s.signals.server_thread = 0.95; // who would have to wait anyway
    struct verdict v;
    verdict_of(&s, &v);
    assert_int_equal(v.limit, LIMIT_SERVER);
    readtimes_free(&s.read);
    hist_free(s.latency);
    s = read_late(90); // that much is any client's
    verdict_of(&s, &v);
    assert_int_not_equal(v.limit, LIMIT_CLIENT);
    readtimes_free(&s.read);
    hist_free(s.latency);
}

static void a_rate_that_is_kept(void **state)
{
    (void)state;
    struct summary s = at_ease();
    s.load.rate = 500;
    s.signals.server_thread = 0.97;
    assert_limit(&s, LIMIT_RATE, "100.00%");
    s = at_ease();
    s.load.rate = 500;
    s.counts.unsent = 100;
    s.signals.server_thread = 0.97;
    assert_limit(&s, LIMIT_SERVER, "97% busy");
}

// Said only of a server whose CPU was seen.
static void claims_nothing_of_a_server_that_was_not_asked(void **state)
{
    (void)state;
    struct verdict v;
    struct summary s = at_ease();
    s.signals = (struct signals){0};
    verdict_of(&s, &v);
    assert_int_equal(v.limit, LIMIT_UNKNOWN);
    assert_null(strstr(v.why, "server"));
    s.signals.cpu_known = true;
    s.signals.server_cores = 4; // some of its threads may be at their end, and none was seen
    verdict_of(&s, &v);
    assert_null(strstr(v.why, "server"));
    s.signals.server_cores = 0.4;
    assert_says(&s, LIMIT_UNKNOWN, "server not saturated");
    s.signals.server_cores = 4;
    s.signals.server_thread = 0.5;
    assert_says(&s, LIMIT_UNKNOWN, "server not saturated");
    hist_free(s.latency);
}

// It wanted a CPU all the time, and others had it.
static void a_server_that_was_not_scheduled(void **state)
{
    (void)state;
    struct summary s = at_ease();
    s.signals = (struct signals){.cpu_known = true, .local = true, .server_cores = 0.4, .server_thread = 0.4};
    s.signals.server_queued = 0.55;
    assert_says(&s, LIMIT_SERVER, "runnable but not scheduled 55% of the time");
    s.signals.server_queued = 0.2;
    assert_says(&s, LIMIT_UNKNOWN, "server runnable but not scheduled 20%");
    s.signals.server_queued = 0.05;
    assert_says(&s, LIMIT_UNKNOWN, "server not saturated");
    hist_free(s.latency);
}

static void a_server_at_its_end(void **state)
{
    (void)state;
    struct summary s = at_ease();
    s.signals.server_thread = 0.9;
    assert_limit(&s, LIMIT_SERVER, "busiest server thread 90% busy, client 30%");
    s = at_ease();
    s.signals.receiver_limited = 0.3;
    assert_limit(&s, LIMIT_SERVER, "full 30% of the time");
    s = at_ease();
    s.signals.rtt_min_us = 20; // both sides' wake-ups may explain it
    assert_limit(&s, LIMIT_UNKNOWN, "30% busy");
    s = at_ease();
    s.signals.rtt_min_us = 20;
    hist_reset(s.latency);
    hist_record(s.latency, 400000, 5000);
    assert_limit(&s, LIMIT_SERVER, "p50 400 µs, of which the round trip takes 20 µs");
}

static void a_network_at_its_end(void **state)
{
    (void)state;
    struct summary s = at_ease();
    s.signals.segments = 10000;
    s.signals.retransmitted = 50;
    assert_limit(&s, LIMIT_NETWORK, "0.50% of the segments");
    s = at_ease();
    s.signals.rtt_min_us = 180;
    assert_limit(&s, LIMIT_NETWORK, "p50 200 µs, of which the round trip takes 180 µs");
}

static void names(void **state)
{
    (void)state;
    assert_string_equal(verdict_name(LIMIT_CLIENT), "CLIENT");
    assert_string_equal(verdict_name(LIMIT_RATE), "RATE");
    assert_string_equal(verdict_name(LIMIT_UNKNOWN), "UNKNOWN");
    for (int l = LIMIT_UNKNOWN; l <= LIMIT_RATE; l++)
        assert_int_equal(verdict_named(verdict_name((enum limit)l)), l);
    assert_int_equal(verdict_named("nobody"), LIMIT_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_at_his_end_is_unknown),
        cmocka_unit_test(a_client_at_its_end),
        cmocka_unit_test(a_client_that_is_late),
        cmocka_unit_test(answers_that_lie_unread_are_the_clients),
        cmocka_unit_test(a_rate_that_is_kept),
        cmocka_unit_test(claims_nothing_of_a_server_that_was_not_asked),
        cmocka_unit_test(a_server_that_was_not_scheduled),
        cmocka_unit_test(a_server_at_its_end),
        cmocka_unit_test(a_network_at_its_end),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
