// SPDX-License-Identifier: MIT
#include "run/unfinished.h"

#include "stage.h"

static struct stage s;

// Two clients that asked: one write of 3 at 1 s and one of 2 at 4 s, and one of 5 at 2 s.
static void asked(void)
{
    s = stage_of(2, 8);
    s.conf.pipeline_mode = PIPELINE_WINDOW; // several writes under way
    stage_open(&s, &stage_ping);
    struct client *a = &s.w.clients[0], *b = &s.w.clients[1];
    a->node = b->node = s.w.nodes.at;
    client_asked(a, (struct span){.from_ns = NS_PER_S, .sent_ns = NS_PER_S + 10, .n = 3}, s.w.ring);
    client_asked(a, (struct span){.from_ns = 4 * NS_PER_S, .sent_ns = 4 * NS_PER_S, .n = 2}, s.w.ring);
    client_asked(b, (struct span){.from_ns = 2 * NS_PER_S, .sent_ns = 2 * NS_PER_S, .n = 5}, s.w.ring);
    s.w.outstanding = 10;
    s.w.now_ns = 6 * NS_PER_S;
}

static uint64_t took(uint64_t ns)
{
    return hist_count_upto(s.w.rec.unfinished, ns + ns / 100) -
           hist_count_upto(s.w.rec.unfinished, ns - ns / 100);
}

static void each_counts_at_the_least_that_it_took(void **state)
{
    (void)state;
    asked();
    unfinished_abandon(&s.w, &s.w.clients[0], ABANDONED_END);
    assert_int_equal(s.w.rec.counts.abandoned, 5);
    assert_int_equal(s.w.rec.counts.lost, 0);
    assert_int_equal(s.w.rec.counts.timeouts, 0);
    assert_int_equal(took(5 * NS_PER_S), 3);
    assert_int_equal(took(2 * NS_PER_S), 2);
    assert_int_equal(s.w.clients[0].outstanding, 0);
    assert_int_equal(s.w.clients[0].head, s.w.clients[0].tail);
    assert_int_equal(s.w.outstanding, 5); // those of the other one
    assert_int_equal(s.w.clients[1].outstanding, 5);
    stage_close(&s);
}

static void with_its_connection_all_are_lost(void **state)
{
    (void)state;
    asked();
    unfinished_abandon(&s.w, &s.w.clients[1], ABANDONED_LOST);
    assert_int_equal(s.w.rec.counts.abandoned, 5);
    assert_int_equal(s.w.rec.counts.lost, 5);
    assert_int_equal(s.w.rec.counts.timeouts, 0);
    stage_close(&s);
}

// A connection that is given up takes those along that were not yet late.
static void what_was_late_timed_out_and_the_rest_is_lost(void **state)
{
    (void)state;
    asked();
    s.conf.timeout_ns = 3 * NS_PER_S;
    unfinished_abandon(&s.w, &s.w.clients[0], ABANDONED_LATE);
    assert_int_equal(s.w.rec.counts.abandoned, 5);
    assert_int_equal(s.w.rec.counts.timeouts, 3);
    assert_int_equal(s.w.rec.counts.lost, 2);
    stage_close(&s);
}

static void a_client_that_owes_nothing_loses_nothing(void **state)
{
    (void)state;
    asked();
    unfinished_abandon(&s.w, &s.w.clients[0], ABANDONED_LOST);
    uint64_t once = s.w.rec.counts.lost;
    unfinished_abandon(&s.w, &s.w.clients[0], ABANDONED_LOST);
    assert_int_equal(s.w.rec.counts.lost, once);
    stage_close(&s);
}

// Of what is due at 1000/s from 1 s on, nothing ever left.
static void paced(double rate, uint64_t now_ns, uint64_t deadline_ns)
{
    s = stage_of(1, 1);
    s.conf.rate = rate;
    s.conf.duration_ns = NS_PER_S;
    s.conf.arrival = ARRIVAL_CONSTANT;
    stage_open(&s, &stage_ping);
    struct pace_conf pace = {rate, ARRIVAL_CONSTANT, 1, 1, 0};
    s.w.pace = pace_init(&pace, (struct deal){1, 1, 0}, NS_PER_S);
    s.w.start_ns = NS_PER_S;
    s.w.now_ns = now_ns;
    s.w.deadline_ns = deadline_ns;
}

static void what_was_due_and_never_left(void **state)
{
    (void)state;
    paced(1000, 5 * NS_PER_S, 2 * NS_PER_S);
    unfinished_unsent(&s.w, UINT64_MAX);
    assert_in_range(s.w.rec.counts.unsent, 999, 1001); // in the one second until the deadline
    assert_int_equal(hist_count(s.w.rec.unfinished), s.w.rec.counts.unsent);
    assert_in_range(hist_min(s.w.rec.unfinished), 3 * NS_PER_S, 3 * NS_PER_S + 2 * NS_PER_MS);
    assert_in_range(hist_max(s.w.rec.unfinished), 4 * NS_PER_S - 2 * NS_PER_MS, 4 * NS_PER_S);
    stage_close(&s);
}

static void no_more_than_there_are(void **state)
{
    (void)state;
    paced(1000, 5 * NS_PER_S, 2 * NS_PER_S);
    unfinished_unsent(&s.w, 7);
    assert_int_equal(s.w.rec.counts.unsent, 7);
    stage_close(&s);
}

static void a_test_that_ended_early_owes_what_was_due_by_then(void **state)
{
    (void)state;
    paced(1000, NS_PER_S + 500 * NS_PER_MS, 2 * NS_PER_S);
    unfinished_unsent(&s.w, UINT64_MAX);
    assert_in_range(s.w.rec.counts.unsent, 499, 502);
    stage_close(&s);
}

// It is as quick at a rate that no list could hold, and forgets none.
static void a_high_rate_is_told_in_slices(void **state)
{
    (void)state;
    paced(1e9, 5 * NS_PER_S, 2 * NS_PER_S);
    unfinished_unsent(&s.w, UINT64_MAX);
    assert_in_range(s.w.rec.counts.unsent, 999990000, 1000010000);
    assert_int_equal(hist_count(s.w.rec.unfinished), s.w.rec.counts.unsent);
    stage_close(&s);
}

static void the_closed_loop_owes_nothing_that_it_did_not_send(void **state)
{
    (void)state;
    paced(0, 5 * NS_PER_S, 2 * NS_PER_S);
    unfinished_unsent(&s.w, UINT64_MAX);
    assert_int_equal(s.w.rec.counts.unsent, 0);
    stage_close(&s);
    paced(1000, 5 * NS_PER_S, 0); // it never began
    unfinished_unsent(&s.w, UINT64_MAX);
    assert_int_equal(s.w.rec.counts.unsent, 0);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_counts_at_the_least_that_it_took),
        cmocka_unit_test(with_its_connection_all_are_lost),
        cmocka_unit_test(what_was_late_timed_out_and_the_rest_is_lost),
        cmocka_unit_test(a_client_that_owes_nothing_loses_nothing),
        cmocka_unit_test(what_was_due_and_never_left),
        cmocka_unit_test(no_more_than_there_are),
        cmocka_unit_test(a_test_that_ended_early_owes_what_was_due_by_then),
        cmocka_unit_test(a_high_rate_is_told_in_slices),
        cmocka_unit_test(the_closed_loop_owes_nothing_that_it_did_not_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
