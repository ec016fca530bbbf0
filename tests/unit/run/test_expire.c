// SPDX-License-Identifier: MIT
// --timeout: who is late, and what becomes of it (expire.c, link.c, unfinished.c), without waiting.
#include "run/expire.h"

#include "stage.h"

#define TIMEOUT_NS (100 * NS_PER_MS)

static struct stage timing_out(unsigned clients, unsigned pipeline)
{
    struct stage s = stage_of(clients, pipeline);
    s.conf.timeout_ns = TIMEOUT_NS;
    return s;
}

static void run(struct stage *s, uint64_t requests, uint64_t lasting_ns)
{
    stage_open(s, &stage_ping);
    stage_dial(s);
    stage_load(s, requests, lasting_ns);
    loop_run(&s->w);
}

static unsigned mute_every; // so many sends

static int is_mute_at_times(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth % mute_every != mute_every - 1)
        script_answers(e, c, NS_PER_MS);
    return 0;
}

static void each_request_without_an_answer_times_out_once(void **state)
{
    (void)state;
    for (unsigned mode = 0; mode < 16; mode++) {
        struct stage s = timing_out(3, mode & 1 ? 4 : 1);
        s.conf.keepalive = !(mode & 2);
        s.conf.on_disconnect = mode & 4 ? DISCONNECT_RECONNECT : DISCONNECT_STOP;
        s.conf.reconnect_max_ns = NS_PER_S;
        s.conf.rate = mode & 8 ? 1000 : 0;
        s.script.send = is_mute_at_times;
        mute_every = 10;
        run(&s, 400, 0);
        const struct counts *c = &s.w.rec.counts;
        unsigned each = s.conf.pipeline;
        assert_int_equal(c->sent, 400);
        assert_int_equal(c->timeouts, 400 / each / 10 * each);
        assert_int_equal(c->ok + c->timeouts, 400);
        assert_int_equal(c->lost + c->breaks + s.w.lost, 0);
        assert_int_equal(hist_count(s.w.rec.unfinished), c->timeouts);
        assert_true(hist_min(s.w.rec.unfinished) >= TIMEOUT_NS * 99 / 100);
        assert_true(hist_max(s.w.rec.unfinished) < 2 * TIMEOUT_NS || s.conf.rate > 0);
        assert_int_equal(s.w.err.code, 0);
        assert_false(s.w.stalled);
        stage_adds_up(&s);
        stage_close(&s);
    }
}

// What was asked behind it goes down with its connection, but was not late.
static int is_mute_after_twenty(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth < 20)
        script_answers(e, c, 10 * NS_PER_MS);
    return 0;
}

static void what_was_asked_behind_it_is_lost(void **state)
{
    (void)state;
    struct stage s = timing_out(1, 4);
    s.conf.pipeline_mode = PIPELINE_WINDOW;
    s.conf.rate = 20;
    s.script.send = is_mute_after_twenty;
    run(&s, 22, 0);
    const struct counts *c = &s.w.rec.counts;
    assert_int_equal(c->ok, 20);
    assert_int_equal(c->timeouts + c->lost, 2);
    assert_true(c->timeouts >= 1);
    stage_adds_up(&s);
    stage_close(&s);
}

// Two answers come when nobody waits for them any more: on a connection that is gone.
static int answers_too_late_at_first(struct engine *e, struct conn *c, unsigned nth)
{
    script_answers(e, c, nth < 2 ? 3 * TIMEOUT_NS : 2 * TIMEOUT_NS / 3);
    return 0;
}

static void a_late_answer_is_nobodys(void **state)
{
    (void)state;
    struct stage s = timing_out(2, 1);
    s.script.send = answers_too_late_at_first;
    run(&s, 40, 0);
    assert_int_equal(s.w.rec.counts.timeouts, 2);
    assert_int_equal(s.w.rec.counts.ok, 38);
    assert_true(hist_max(s.w.rec.latency) < TIMEOUT_NS);
    stage_adds_up(&s);
    stage_close(&s);
}

static void an_answer_in_time_is_never_late(void **state)
{
    (void)state;
    struct stage s = timing_out(50, 1);
    s.script.takes_ns = TIMEOUT_NS - 2 * NS_PER_MS;
    run(&s, 1000, 0);
    assert_int_equal(s.w.rec.counts.ok, 1000);
    assert_int_equal(s.script.hang_ups, 0);
    stage_adds_up(&s);
    stage_close(&s);
}

// The program stops for a second, now and then, while answers lie in the sockets, or have to come yet.
static int then_stops(struct engine *e, struct conn *c, unsigned nth)
{
    script_answers(e, c, nth % 2 ? NS_PER_MS : NS_PER_S + TIMEOUT_NS / 2);
    if (nth % 20 == 19)
        script_pass(NS_PER_S);
    return 0;
}

static void a_pause_of_this_program_makes_nobody_late(void **state)
{
    (void)state;
    struct stage s = timing_out(20, 1);
    s.conf.grace_ns = 60 * NS_PER_S;
    s.script.send = then_stops;
    run(&s, 20, 0);
    assert_int_equal(s.w.rec.counts.timeouts, 0);
    assert_int_equal(s.w.rec.counts.ok, 20);
    stage_close(&s);
}

static int is_silent(struct engine *e, struct conn *c, unsigned nth)
{
    (void)e;
    (void)c;
    (void)nth;
    return 0;
}

static void a_server_that_is_mute_ends_the_run_for_all_that(void **state)
{
    (void)state;
    for (unsigned open = 0; open < 2; open++) {
        struct stage s = timing_out(2, 1);
        s.conf.rate = open ? 100 : 0;
        s.script.send = is_silent;
        run(&s, 1000, 0);
        assert_true(s.w.stalled);
        assert_true(s.w.rec.counts.timeouts >= 2 * (STAGE_GRACE_NS / TIMEOUT_NS - 3));
        assert_true(clock_ns() - s.w.start_ns < 2 * STAGE_GRACE_NS);
        stage_close(&s);
    }
}

// After the last request nothing is dialled again, and nothing is lost.
static void at_the_end_it_is_not_dialled_again(void **state)
{
    (void)state;
    for (unsigned by_time = 0; by_time < 2; by_time++) {
        struct stage s = timing_out(2, 1);
        s.script.send = is_silent;
        run(&s, by_time ? UINT64_MAX : 2, by_time ? TIMEOUT_NS / 2 : 0);
        assert_int_equal(s.w.rec.counts.timeouts, 2);
        assert_int_equal(s.script.dials, 2);
        assert_int_equal(s.w.lost, 0);
        assert_true(s.w.live);
        assert_false(s.w.stalled);
        stage_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_without_an_answer_times_out_once),
        cmocka_unit_test(what_was_asked_behind_it_is_lost),
        cmocka_unit_test(a_late_answer_is_nobodys),
        cmocka_unit_test(an_answer_in_time_is_never_late),
        cmocka_unit_test(a_pause_of_this_program_makes_nobody_late),
        cmocka_unit_test(a_server_that_is_mute_ends_the_run_for_all_that),
        cmocka_unit_test(at_the_end_it_is_not_dialled_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
