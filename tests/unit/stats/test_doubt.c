// SPDX-License-Identifier: MIT
#include "stats/doubt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

// A test about which there is nothing to say.
static struct summary good(void)
{
    return (struct summary){.title = "GET",
                            .keyspace = 1000,
                            .wall_ns = 1000000000,
                            .sent = 5000,
                            .ok = 5000,
                            .reads = true,
                            .hits = 5000};
}

static void assert_no_doubt(const struct summary *s)
{
    struct doubt list[DOUBTS_MAX];
    assert_int_equal(doubts_of(s, list), 0);
}

// The one doubt there is has this name, and its text holds the evidence and the cure.
static void assert_doubt(const struct summary *s, const char *name, const char *evidence, const char *cure)
{
    struct doubt list[DOUBTS_MAX];
    assert_int_equal(doubts_of(s, list), 1);
    assert_string_equal(list[0].name, name);
    assert_non_null(strstr(list[0].text, evidence));
    assert_non_null(strstr(list[0].text, cure));
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
    s.hits = 4500;
    s.misses = 500;
    assert_no_doubt(&s);
    s.hits--;
    s.misses++;
    assert_doubt(&s, "low-hit-ratio", "89.9 % of 5000 reads", "-t set,get");
    assert_doubt(&s, "low-hit-ratio", "89.9 % of 5000 reads", "--prefill");
    s.reads = false;
    assert_no_doubt(&s);
    s.reads = true;
    s.hits = s.misses = 0;
    assert_no_doubt(&s);
}

static void the_cure_fits_the_command(void **state)
{
    (void)state;
    const struct {
        const char *title, *cure;
    } cases[] = {
        {"GET foo:__rand_int__", "-t set,get"},
        {"get foo", "-t set,get"},
        {"MGET (10 keys)", "-t set,mget"},
        {"LPOP", "-t lpush,lpop"},
        {"RPOP", "-t rpush,rpop"},
        {"SPOP", "-t sadd,spop"},
        {"ZPOPMIN", "-t zadd,zpopmin"},
        {"LRANGE_100 (first 100 elements)", "-t lpush"},
        {"GETRANGE k 0 1", "write what it reads"},
        {"HGET h f", "write what it reads"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct summary s = good();
        s.title = cases[i].title;
        s.hits = 0;
        s.misses = 5000;
        assert_doubt(&s, "low-hit-ratio", "only 0.0 %", cases[i].cure);
    }
}

static void errors_are_doubted_with_their_first_text(void **state)
{
    (void)state;
    struct summary s = good();
    s.errors = 12;
    tally_add(&s.tally, slice_of("OOM command not allowed"));
    assert_doubt(&s, "errors", "12 of 5012 answers were errors",
                 "mend their cause (\"OOM command not allowed\")");
}

static void lost_connections_are_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.lost = 3;
    assert_doubt(&s, "lost-connections", "connections lost: 3;", "server's log");
}

static void one_key_is_doubted_where_a_key_was_meant_to_vary(void **state)
{
    (void)state;
    struct summary s = good();
    s.keyspace = 0;
    assert_doubt(&s, "one-key", "the same key", "-r 100000");
    s.keyless = true;
    assert_no_doubt(&s);
}

static void fewer_than_a_thousand_samples_are_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.hits = s.ok = 1000;
    assert_no_doubt(&s);
    s.hits = s.ok = 999;
    assert_doubt(&s, "few-samples", "fewer than one of 999 answers", "-n");
    s.hits = s.ok = 0;
    assert_no_doubt(&s);
}

static void latencies_above_the_top_are_doubted(void **state)
{
    (void)state;
    struct summary s = good();
    s.latency = hist_new(3);
    hist_record(s.latency, HIST_TOP_NS, 9);
    assert_no_doubt(&s);
    hist_record(s.latency, HIST_TOP_NS + 1, 2);
    assert_doubt(&s, "overflow", "latencies above an hour: 2,", "stood still");
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
    s.keyspace = 0;
    s.ok = 1;
    s.errors = s.lost = UINT64_MAX - 1;
    s.hits = 0;
    s.misses = UINT64_MAX;
    s.latency = hist_new(3);
    hist_record(s.latency, UINT64_MAX, UINT64_MAX);
    tally_add(&s.tally, (struct slice){text, sizeof text});
    int n = doubts_of(&s, list);
    assert_int_equal(n, 6);
    for (int i = 0; i < n; i++)
        assert_true(strlen(list[i].text) < sizeof list[i].text - 1);
    summary_free(&s);
}

static void a_skipped_test_is_not_doubted(void **state)
{
    (void)state;
    struct summary s = {.title = "MGET (10 keys)", .ending = ENDING_SKIPPED, .errors = 1};
    assert_no_doubt(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_test_is_not_doubted),
        cmocka_unit_test(hits_below_nine_of_ten_are_doubted),
        cmocka_unit_test(the_cure_fits_the_command),
        cmocka_unit_test(errors_are_doubted_with_their_first_text),
        cmocka_unit_test(lost_connections_are_doubted),
        cmocka_unit_test(one_key_is_doubted_where_a_key_was_meant_to_vary),
        cmocka_unit_test(fewer_than_a_thousand_samples_are_doubted),
        cmocka_unit_test(latencies_above_the_top_are_doubted),
        cmocka_unit_test(all_doubts_fit_and_none_is_cut),
        cmocka_unit_test(a_skipped_test_is_not_doubted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
