// SPDX-License-Identifier: MIT
#include "run/patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S NS_PER_S

static struct run_conf conf = {.grace_ns = 5 * S};
static struct plan plan = {.conf = &conf};
static struct worker w;

// By count: the last answer came at 1 s, and one is owed since.
static void by_count(void)
{
    plan.reconnects = false;
    w = (struct worker){.plan = &plan,
                        .deadline_ns = UINT64_MAX,
                        .quiet_ns = S,
                        .served_ns = S,
                        .heard_ns = S,
                        .expiry.since_ns = UINT64_MAX,
                        .outstanding = 1,
                        .live = 1,
                        .keepalive = true};
}

// By time: the end was at 10 s.
static void by_time(void)
{
    by_count();
    w.deadline_ns = 10 * S;
    w.quiet_ns = w.heard_ns = 9 * S;
    w.left = UINT64_MAX;
}

static void ends(uint64_t at_ns)
{
    w.now_ns = at_ns;
    assert_false(patience_ended(&w));
    w.now_ns = at_ns + 1;
    assert_true(patience_ended(&w));
}

static void by_count_it_counts_from_the_last_answer(void **state)
{
    (void)state;
    by_count();
    ends(6 * S);
    by_count();
    w.quiet_ns = 3 * S; // one came since
    ends(8 * S);
    assert_int_equal(w.heard_ns, 3 * S);
}

static void nobody_waits_for_what_was_not_asked(void **state)
{
    (void)state;
    by_count();
    w.outstanding = 0;
    w.now_ns = 1000 * S;
    assert_false(patience_ended(&w));
    w.queued = 1; // one has no connection to go by
    assert_true(patience_ended(&w));
}

static void connections_that_come_back_have_a_bound_of_their_own(void **state)
{
    (void)state;
    by_count();
    plan.reconnects = true;
    w.live = 0;
    w.now_ns = 1000 * S;
    assert_false(patience_ended(&w)); // --reconnect-max
    w.live = 1;
    assert_true(patience_ended(&w));
    plan.reconnects = false;
}

static void an_answer_that_comes_on_is_waited_for(void **state)
{
    (void)state;
    by_count();
    w.part_bytes = 4096;
    w.now_ns = 6 * S + 1;
    assert_false(patience_ended(&w));
    assert_int_equal(w.part_bytes, 0); // as much must come in the next grace time too
    assert_int_equal(w.heard_ns, 6 * S + 1);
    w.part_bytes = 4095;
    w.now_ns = 11 * S + 2;
    assert_true(patience_ended(&w));
}

static void but_not_for_ever(void **state)
{
    (void)state;
    by_count();
    w.heard_ns = 315 * S;
    w.part_bytes = 1 << 20;
    w.now_ns = (1 + 64 * 5) * S; // 64 grace times after the last whole answer
    assert_false(patience_ended(&w));
    w.heard_ns = 315 * S;
    w.part_bytes = 1 << 20;
    w.now_ns++;
    assert_true(patience_ended(&w));
}

static void by_time_it_counts_from_the_end(void **state)
{
    (void)state;
    by_time();
    ends(15 * S);
    by_time();
    w.excused_ns = 2 * S; // in which this program did not run
    ends(17 * S);
    by_time();
    w.outstanding = 0; // due, and not sent for want of room
    ends(15 * S);
    by_time();
    w.part_bytes = 1 << 20; // whatever comes: the time is over
    ends(15 * S);
}

static void a_request_that_timed_out_asks_anew(void **state)
{
    (void)state;
    by_count();
    w.heard_ns = w.quiet_ns = 4 * S;
    w.expiry.since_ns = 2 * S;
    ends(7 * S); // and not 9
    by_count();
    w.heard_ns = w.quiet_ns = 4 * S;
    w.served_ns = 3 * S; // an answer came since that time-out
    w.expiry.since_ns = 2 * S;
    ends(9 * S);
}

static void between_two_connections(void **state)
{
    (void)state;
    by_count();
    assert_false(patience_between(&w));
    w.opening = 1;
    assert_false(patience_between(&w)); // another one is live
    w.live = 0;
    assert_true(patience_between(&w)); // nothing is to be drained: the next phase will ask
    plan.reconnects = w.drains = true;
    assert_false(patience_between(&w)); // there is nothing to ask
    w.left = 1;
    assert_true(patience_between(&w));
    w.left = 0;
    w.queued = 1;
    assert_true(patience_between(&w));
    plan.reconnects = false;
}

static void a_pause_is_much_later_than_awaited(void **state)
{
    (void)state;
    by_count();
    w.awaited_ns = 20 * S;
    w.now_ns = 19 * S;
    assert_int_equal(patience_pause(&w), 0);
    w.now_ns = 20 * S + 100 * NS_PER_MS;
    assert_int_equal(patience_pause(&w), 0);
    w.now_ns++;
    assert_int_equal(patience_pause(&w), 100 * NS_PER_MS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_count_it_counts_from_the_last_answer),
        cmocka_unit_test(nobody_waits_for_what_was_not_asked),
        cmocka_unit_test(connections_that_come_back_have_a_bound_of_their_own),
        cmocka_unit_test(an_answer_that_comes_on_is_waited_for),
        cmocka_unit_test(but_not_for_ever),
        cmocka_unit_test(by_time_it_counts_from_the_end),
        cmocka_unit_test(a_request_that_timed_out_asks_anew),
        cmocka_unit_test(between_two_connections),
        cmocka_unit_test(a_pause_is_much_later_than_awaited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
