// SPDX-License-Identifier: MIT
#include "stats/doubt.h"

#include "stats/validity.h"
#include "stats/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// A test about which there is nothing to say.
static struct summary good(void)
{
    return (struct summary){.title = "GET",
                            .cure = "write them first with -t set,get, or every key with --prefill",
                            .load.keyspace = 1000,
                            .wall_ns = 10000000000,
                            .counts.sent = 5000,
                            .counts.ok = 5000,
                            .reads = true,
                            .counts.hits = 5000};
}

// As a result that is frozen has them: by its verdict.
static int found_in(const struct summary *s, struct doubt list[DOUBTS_MAX])
{
    struct summary judged = *s;
    verdict_of(&judged, &judged.verdict);
    validity_of(&judged, &judged.validity);
    return doubts_of(&judged, list);
}

static void assert_no_doubt(const struct summary *s)
{
    struct doubt list[DOUBTS_MAX];
    assert_int_equal(found_in(s, list), 0);
}

// The one doubt there is has this name, and its text holds the evidence and the cure.
static void assert_doubt(const struct summary *s, const char *name, const char *evidence, const char *cure)
{
    struct doubt list[DOUBTS_MAX];
    assert_int_equal(found_in(s, list), 1);
    assert_string_equal(list[0].name, name);
    assert_non_null(strstr(list[0].text, evidence));
    assert_non_null(strstr(list[0].text, cure));
}

// The names of all doubts, in their order.
static void assert_names(const struct summary *s, const char *names)
{
    struct doubt list[DOUBTS_MAX];
    char found[512] = "";
    int n = found_in(s, list);
    for (int i = 0; i < n; i++) {
        size_t used = strlen(found);
        snprintf(found + used, sizeof found - used, "%s%s", i ? " " : "", list[i].name);
    }
    assert_string_equal(found, names);
}

static void a_good_test_is_not_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    assert_no_doubt(&s);
}

static void hits_below_nine_of_ten_are_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.counts.hits = 4500;
    s.counts.misses = 500;
    assert_no_doubt(&s);
    s.counts.hits--;
    s.counts.misses++;
    assert_doubt(&s, "low-hit-ratio", "89.9% of 5,000 reads", "-t set,get");
    assert_doubt(&s, "low-hit-ratio", "89.9% of 5,000 reads", "--prefill");
    s.reads = false;
    assert_no_doubt(&s);
    s.reads = true;
    s.counts.hits = s.counts.misses = 0;
    assert_no_doubt(&s);
}

static void the_cure_of_misses_is_that_of_the_result(void **state)
{
    (void)state;
    struct summary s = good();
    s.counts.hits = 0;
    s.counts.misses = 5000;
    assert_doubt(&s, "low-hit-ratio", "only 0.0%", ": write them first with -t set,get");
    s.cure[0] = 0;
    assert_doubt(&s, "low-hit-ratio", "only 0.0%", ": write what it reads before measuring");
}

static void errors_are_doubted_with_their_first_text(void **state)
{
    (void)state;
    struct summary s = good();
    s.counts.errors = 12;
    s.counts.sent += 12;
    tally_add(&s.tally, slice_of("OOM command not allowed"));
    assert_doubt(&s, "errors", "12 of 5,012 replies were errors",
                 "fix the cause (\"OOM command not allowed\")");
}

static void lost_connections_are_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.lost = 3;
    assert_doubt(&s, "lost-connections", "3 connections lost,", "server's log");
}

static void one_key_is_doubted_where_a_key_was_meant_to_vary(void **state)
{
    (void)state;
    struct summary s = good();
    s.load.keyspace = 0;
    assert_doubt(&s, "one-key", "the same key", "-r 100000");
    s.load.keyspace = -1;
    assert_no_doubt(&s);
}

static void fewer_than_a_thousand_samples_are_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.counts.sent = s.counts.hits = s.counts.ok = 1000;
    assert_no_doubt(&s);
    s.counts.sent = s.counts.hits = s.counts.ok = 999;
    assert_doubt(&s, "few-samples", "only 999 successful replies", "-n");
    s.counts.sent = s.counts.hits = s.counts.ok = 0;
    assert_no_doubt(&s);
}

static void latencies_above_the_top_are_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.latency = hist_new(3);
    hist_record(s.latency, HIST_TOP_NS, 9);
    s.counts.sent = s.counts.ok = s.counts.hits = 9;
    s.precise = true;
    assert_names(&s, "few-samples");
    hist_record(s.latency, HIST_TOP_NS + 1, 4991);
    s.counts.sent = s.counts.ok = s.counts.hits = 5000;
    assert_doubt(&s, "overflow", "4,991 latencies above one hour,", "suspended");
    summary_free(&s);
}

static void all_doubts_fit_and_none_is_cut(void **state)
{
    (void)state;
    struct doubt list[DOUBTS_MAX];
    struct summary s = good();
    char text[200];
    memset(text, 'x', sizeof text);
    s.title = "ZPOPMIN";
    s.load.keyspace = 0;
    s.counts.ok = 1;
    s.counts.errors = s.lost = UINT64_MAX - 1;
    s.counts.hits = 0;
    s.counts.misses = UINT64_MAX;
    s.latency = hist_new(3);
    hist_record(s.latency, UINT64_MAX, UINT64_MAX);
    tally_add(&s.tally, (struct slice){text, sizeof text});
    int n = found_in(&s, list);
    assert_int_equal(n, 8);
    for (int i = 0; i < n; i++)
        assert_true(strlen(list[i].text) < sizeof list[i].text - 1);
    summary_free(&s);
}

static void sums_that_do_not_come_out_are_our_fault(void **state)
{
    (void)state;
    struct summary s = good();
    s.counts.sent = 5001;
    assert_doubt(&s, "inconsistent", "INCONSISTENT: 5001 requests were due, and 5000 ok", "report it");
}

static void a_busy_client_is_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    struct thread_share share = {.user_s = 5, .system_s = 4.5};
    s.load.threads = s.workers = 1;
    s.shares = &share;
    assert_doubt(&s, "client-limited", "these figures reflect the client", "--threads");
    strcpy(s.load.engine, "null"); // there is no server that they could reflect
    assert_no_doubt(&s);
    s.load.engine[0] = 0;
    share.spun_s = 6; // awake for nothing
    assert_no_doubt(&s);
    share = (struct thread_share){.queued_s = 2};
    assert_doubt(&s, "client-limited", "reflect the client", "--cpus");
}

static void a_rate_that_was_not_kept_is_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.load.rate = 500;
    assert_no_doubt(&s);
    s.counts.ok = s.counts.hits = 4900;
    s.counts.sent = 4900;
    s.counts.unsent = 100;
    assert_doubt(&s, "behind-rate", "did not keep up with 500 req/s", "lower --rate");
    s = good();
    s.load.rate = 500;
    s.duration_asked_ns = 9000000000; // all were answered, but it took a second longer
    assert_doubt(&s, "behind-rate", "did not keep up", "lower --rate");
}

static void stalls_in_a_closed_loop_are_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.latency = hist_new(3);
    hist_record(s.latency, 100000, 4990);
    hist_record(s.latency, 200000000, 10);
    assert_doubt(&s, "hidden-stalls", "stalls of up to 200 ms", "--rate");
    s.load.rate = 500;
    assert_no_doubt(&s);
    s.load.rate = 0;
    hist_reset(s.latency);
    hist_record(s.latency, 100000, 4990);
    hist_record(s.latency, 900000, 10); // no stall
    assert_no_doubt(&s);
    summary_free(&s);
}

static void the_delayed_ack_is_known_by_its_time(void **state)
{
    (void)state;
    struct summary s = good();
    s.latency = hist_new(3);
    hist_record(s.latency, 44000000, 5000);
    s.load.pipeline = 16;
    assert_doubt(&s, "delayed-ack", "TCP_NODELAY", "--quickack");
    s.load.quickack = true;
    assert_no_doubt(&s);
    s.load.quickack = false;
    s.load.pipeline = 1;
    assert_no_doubt(&s);
    s.load.pipeline = 16;
    hist_reset(s.latency);
    hist_record(s.latency, 60000000, 5000);
    assert_no_doubt(&s);
    summary_free(&s);
}

// 40 rows of 250 ms, each with so many answers more than the one before.
static struct summary sloping(int more)
{
    struct summary s = good();
    struct recorder r = {.latency = hist_new(3)};
    assert_int_equal(series_init(&s.series, &r, 250000000), 0);
    for (int i = 0; i < 40; i++) {
        r.counts.ok += (uint64_t)(1000 + more * i + (i % 3));
        r.counts.sent = r.counts.ok;
        assert_int_equal(series_mark(&s.series, &r, 0), 0);
    }
    hist_free(r.latency);
    s.counts.sent = s.counts.ok = s.counts.hits = r.counts.ok;
    return s;
}

static void drifts_are_doubted(void **state)
{
    (void)state;
    struct summary s = sloping(0);
    assert_no_doubt(&s);
    summary_free(&s);
    s = sloping(3); // 1000 to 1117
    assert_doubt(&s, "not-steady", "throughput rose by", "--warmup");
    summary_free(&s);
    s = sloping(-3);
    assert_doubt(&s, "not-steady", "throughput fell by", "--warmup");
    summary_free(&s);
    s = sloping(-24); // 1000 to 64: of what it began with, not of the mean, of which it would be 180 %
    assert_doubt(&s, "not-steady", "throughput fell by 9", "--warmup");
    summary_free(&s);
}

static void what_the_server_did_beside_is_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.signals.aof = true;
    assert_doubt(&s, "server-writes", "had AOF enabled", "appendonly no");
    s.signals = (struct signals){.saved = true};
    assert_doubt(&s, "server-writes", "saved a snapshot", "save");
    s.signals = (struct signals){.evicted = 77};
    assert_doubt(&s, "evictions", "evicted 77 keys", "-r");
    s.signals = (struct signals){.shared_cpus = 1};
    assert_doubt(&s, "shared-cpus", "share 1 CPU and", "taskset");
    s.signals = (struct signals){.steal = 0.031};
    assert_doubt(&s, "machine-taken", "3.1% of this machine's CPU", "dedicated machine");
    s.signals = (struct signals){.throttled = 5};
    assert_doubt(&s, "machine-taken", "throttled the client 5 times", "raise it");
}

static void waiting_for_a_connection_is_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.load.rate = 500;
    s.load.clients = 3;
    s.wait = hist_new(2);
    hist_record(s.wait, 1, 4960);
    hist_record(s.wait, 2000000, 40);
    assert_no_doubt(&s);
    hist_record(s.wait, 2000000, 40);
    assert_doubt(&s, "taken-connections", "all 3 were in use", "-c");
    summary_free(&s);
}

static void what_left_off_schedule_is_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.load.rate = 500;
    s.punctual =
        (struct punctuality){.requests = 5000, .tick_ns = 1000000, .distance = 0.06, .sent_dispersion = 1};
    assert_doubt(&s, "off-schedule", "up to 6% were overdue at once", "-c");
    s.punctual = (struct punctuality){
        .requests = 5000, .tick_ns = 1000000, .due_dispersion = 1, .sent_dispersion = 11};
    assert_doubt(&s, "off-schedule", "dispersion (variance/mean) of 11 instead of 1", "-c");
    s.punctual.requests = 999; // too few to tell
    assert_no_doubt(&s);
    summary_free(&s);
}

// A client that was stopped takes all connections when it catches up: neither those nor the server are why.
static void what_the_client_is_late_with_is_not_the_servers(void **state)
{
    (void)state;
    struct summary s = good();
    s.load.rate = 500;
    s.wait = hist_new(2);
    s.lag = hist_new(2);
    s.latency = hist_new(2);
    hist_record(s.wait, 90000000, 5000);
    hist_record(s.lag, 2400000000, 5000);
    hist_record(s.latency, 2500000000, 5000);
    s.duration_asked_ns = s.wall_ns / 2;
    struct doubt list[DOUBTS_MAX];
    int n = found_in(&s, list);
    bool behind = false;
    for (int i = 0; i < n; i++) {
        assert_string_not_equal(list[i].name, "taken-connections");
        behind |= strstr(list[i].text, "the client did not keep up with 500 req/s") != NULL;
        assert_null(strstr(list[i].text, "server did not keep up"));
    }
    assert_true(behind);
    summary_free(&s);
}

static struct quantile known(uint64_t ns)
{
    return (struct quantile){.ns = ns, .has_interval = true, .low_ns = ns - ns / 50, .high_ns = ns + ns / 50};
}

static void loaded_clients_that_are_late_are_told(void **state)
{
    (void)state;
    struct summary s = good(), light = good();
    s.quantiles[QUANTILE_P50] = light.quantiles[QUANTILE_P50] = known(100000);
    s.quantiles[QUANTILE_P90] = light.quantiles[QUANTILE_P90] = known(200000);
    s.quantiles[QUANTILE_P99] = known(900000);
    light.quantiles[QUANTILE_P99] = known(300000);
    assert_no_doubt(&s);
    s.light = &light;
    assert_doubt(&s, "late-clients", "their p99 is 900µs, that of the lightly loaded ranks 300µs",
                 "more ranks");
    light.quantiles[QUANTILE_P99] = known(850000); // beyond chance, and no more than 10 %
    assert_no_doubt(&s);
    light.quantiles[QUANTILE_P99].low_ns = 100000; // by chance
    light.quantiles[QUANTILE_P99].high_ns = 890000;
    light.quantiles[QUANTILE_P99].ns = 300000;
    assert_no_doubt(&s);
    light.quantiles[QUANTILE_P50] = known(50000);
    assert_doubt(&s, "late-clients", "their p50 is 100µs", "more ranks");
    light.quantiles[QUANTILE_P50].few = true;
    assert_no_doubt(&s);
}

static void short_and_imprecise_runs_are_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    struct doubt list[DOUBTS_MAX];
    s.wall_ns = 4999000000;
    assert_doubt(&s, "short-run", "ran only 5 s", "--duration 10s");
    assert_int_equal(found_in(&s, list), 1);
    assert_true(list[0].mild);
    s.precise = s.until_precise = true; // short, and long enough for what was asked
    assert_no_doubt(&s);
    s = good();
    s.until_precise = true;
    assert_doubt(&s, "not-precise", "time ran out", "--duration");
}

static void a_skipped_test_is_not_doubted(void **state)
{
    (void)state;
    struct summary s = {.title = "MGET (10 keys)", .ending = ENDING_SKIPPED, .counts.errors = 1};
    assert_no_doubt(&s);
}

static void a_client_that_was_stopped(void **state)
{
    (void)state;
    struct summary s = good();
    s.pauses = 1;
    s.paused_ns = 900000000; // of 10 s: too little to make the figures its own
    assert_doubt(&s, "client-paused", "not running for 0.9 s in all (1 time:", "repeat the run");
    s.pauses = 2;
    s.paused_ns = 3000000000; // told once
    assert_doubt(&s, "client-paused", "not running for 3 s in all (2 times:", "repeat the run");
    s.paused_ns = UINT64_C(1800000000000);
    assert_doubt(&s, "client-paused", "not running for 1800 s in all (2 times:", "repeat the run");
}

static void names_and_bits(void **state)
{
    (void)state;
    char names[DOUBT_NAMES], one[64];
    uint64_t all = 0;
    for (unsigned rule = 0; doubt_name(rule); rule++)
        all |= UINT64_C(1) << rule;
    assert_int_equal(doubt_rules(doubt_names(all, names)), all); // there is room for all of them
    assert_string_equal(doubt_names(0, names), "");
    assert_int_equal(doubt_rules(""), 0);
    snprintf(one, sizeof one, "%s,of-a-later-program", doubt_name(3));
    assert_int_equal(doubt_rules(one), 8);
    assert_string_equal(doubt_names(8, names), doubt_name(3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_test_is_not_doubted),
        cmocka_unit_test(a_client_that_was_stopped),
        cmocka_unit_test(hits_below_nine_of_ten_are_doubted),
        cmocka_unit_test(the_cure_of_misses_is_that_of_the_result),
        cmocka_unit_test(errors_are_doubted_with_their_first_text),
        cmocka_unit_test(lost_connections_are_doubted),
        cmocka_unit_test(one_key_is_doubted_where_a_key_was_meant_to_vary),
        cmocka_unit_test(fewer_than_a_thousand_samples_are_doubted),
        cmocka_unit_test(latencies_above_the_top_are_doubted),
        cmocka_unit_test(all_doubts_fit_and_none_is_cut),
        cmocka_unit_test(a_skipped_test_is_not_doubted),
        cmocka_unit_test(sums_that_do_not_come_out_are_our_fault),
        cmocka_unit_test(a_busy_client_is_doubted),
        cmocka_unit_test(a_rate_that_was_not_kept_is_doubted),
        cmocka_unit_test(stalls_in_a_closed_loop_are_doubted),
        cmocka_unit_test(the_delayed_ack_is_known_by_its_time),
        cmocka_unit_test(drifts_are_doubted),
        cmocka_unit_test(what_the_server_did_beside_is_doubted),
        cmocka_unit_test(waiting_for_a_connection_is_doubted),
        cmocka_unit_test(what_left_off_schedule_is_doubted),
        cmocka_unit_test(what_the_client_is_late_with_is_not_the_servers),
        cmocka_unit_test(loaded_clients_that_are_late_are_told),
        cmocka_unit_test(short_and_imprecise_runs_are_doubted),
        cmocka_unit_test(names_and_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
