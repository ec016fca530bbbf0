// SPDX-License-Identifier: MIT
// When the loop of run/loop.c gives up waiting for answers, and when not.
#include "run/loop.h"

#include "stage.h"

#define PUSH ">2\r\n$3\r\nsub\r\n:1\r\n"
#define ATTRIBUTE "|1\r\n+ttl\r\n:3600\r\n"

static int is_silent_after_ten(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth < 10)
        script_answers(e, c, NS_PER_MS);
    return 0;
}

static void silence_by_count_ends_after_the_grace_time(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 2);
    s.script.send = is_silent_after_ten;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 100, 0);
    uint64_t from_ns = clock_ns();
    loop_run(&s.w);
    assert_true(s.w.stalled);
    assert_false(s.w.overrun);
    assert_int_equal(s.w.rec.counts.ok, 20);
    assert_int_equal(s.w.outstanding, 2);
    assert_in_range(clock_ns() - from_ns, STAGE_GRACE_NS, STAGE_GRACE_NS + 2 * LOOP_TICK_NS);
    stage_adds_up(&s);
    stage_close(&s);
}

static void silence_by_time_ends_the_grace_time_after_the_end(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 2);
    s.script.send = is_silent_after_ten;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, UINT64_MAX, 10 * NS_PER_S);
    uint64_t from_ns = clock_ns();
    loop_run(&s.w);
    assert_true(s.w.stalled);
    assert_int_equal(s.w.outstanding, 2);
    assert_in_range(clock_ns() - from_ns, 10 * NS_PER_S + STAGE_GRACE_NS,
                    10 * NS_PER_S + STAGE_GRACE_NS + 2 * LOOP_TICK_NS);
    stage_close(&s);
}

// Something is outstanding all the time, for longer than the grace time.
static void answers_that_keep_coming_are_no_silence(void **state)
{
    (void)state;
    struct stage s = stage_of(2, 1);
    s.script.takes_ns = 3 * NS_PER_S;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 20, 0);
    loop_run(&s.w);
    assert_false(s.w.stalled);
    assert_int_equal(s.w.rec.counts.ok, 20);
    stage_close(&s);
}

static const char *drip;

static int drips_for_ever(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    for (unsigned i = 0; i < 1000; i++)
        script_says(e, c, i * 100 * NS_PER_MS, slice_of(drip));
    return 0;
}

static void what_is_no_answer_keeps_no_run_alive(void **state)
{
    (void)state;
    static const char *const all[] = {PUSH, ATTRIBUTE, "+", "$"};
    for (unsigned i = 0; i < 4; i++) {
        struct stage s = stage_of(1, 1);
        drip = all[i];
        s.script.send = drips_for_ever;
        stage_open(&s, &stage_ping);
        stage_dial(&s);
        stage_load(&s, 1, 0);
        uint64_t from_ns = clock_ns();
        loop_run(&s.w);
        assert_true(s.w.stalled || s.w.lost); // a second "$" is no RESP
        assert_int_equal(stage_answered(&s), 0);
        assert_in_range(clock_ns() - from_ns, 0, STAGE_GRACE_NS + 2 * LOOP_TICK_NS);
        stage_close(&s);
    }
}

// 64 KiB, an eighth every 4 seconds: 32 seconds in all.
static int answers_at_length(struct engine *e, struct conn *c, unsigned nth)
{
    static char part[8192];
    (void)nth;
    memset(part, 'x', sizeof part);
    script_says(e, c, 0, slice_of("$65536\r\n"));
    for (unsigned i = 1; i <= 8; i++)
        script_says(e, c, i * 4 * NS_PER_S, (struct slice){part, sizeof part});
    script_says(e, c, 32 * NS_PER_S, slice_of("\r\n"));
    return 0;
}

static void a_long_answer_that_comes_on_is_waited_for(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 1);
    s.script.send = answers_at_length;
    stage_open(&s, &stage_get);
    stage_dial(&s);
    stage_load(&s, 1, 0);
    loop_run(&s.w);
    assert_false(s.w.stalled);
    assert_int_equal(s.w.rec.counts.ok, 1);
    stage_close(&s);
}

// Just before the grace time is over some pushes come, and behind them the answer: each is read by itself.
static int answers_behind_pushes(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    for (unsigned i = 0; i < 100; i++)
        script_says(e, c, STAGE_GRACE_NS - NS_PER_MS, slice_of(PUSH));
    script_answers(e, c, STAGE_GRACE_NS - NS_PER_MS);
    return 0;
}

// And this program has the CPU again when that is over, too little later for a pause.
static void is_late(struct engine *e)
{
    bool *was = e->script->ctx;
    uint64_t now_ns = clock_ns(), until_ns = e->n ? e->queue[0].at_ns + LOOP_TICK_NS / 2 : 0;
    if (*was || e->script->sends == 0 || now_ns + LOOP_TICK_NS < until_ns)
        return;
    *was = true;
    script_pass(until_ns - now_ns);
}

static void reads_all_that_came_before_it_speaks_of_silence(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 1);
    bool was_late = false;
    s.script = (struct script){.send = answers_behind_pushes, .turn = is_late, .ctx = &was_late};
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 1, 0);
    loop_run(&s.w);
    assert_true(was_late);
    assert_int_equal(s.w.pauses, 0);
    assert_false(s.w.stalled);
    assert_int_equal(s.w.rec.counts.ok, 1);
    assert_int_equal(s.w.rec.counts.pushes, 100);
    stage_close(&s);
}

// Something comes at each turn, for ever.
static void pushes_at_each_turn(struct engine *e)
{
    if (e->script->sends == 0)
        return;
    script_says(e, e->conns[0], 0, slice_of(PUSH));
    script_pass(NS_PER_MS);
}

static void a_flood_of_pushes_is_a_silence(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 1);
    s.script = (struct script){.takes_ns = UINT64_MAX / 2, .turn = pushes_at_each_turn};
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 1, 0);
    loop_run(&s.w);
    assert_true(s.w.stalled);
    assert_true(s.w.rec.counts.pushes >= 5000);
    stage_close(&s);
}

// A pause of this program as long as you like is nobody's silence.
static void stops_for_a_minute(struct engine *e)
{
    bool *was = e->script->ctx;
    if (*was || e->script->sends < 5)
        return;
    *was = true;
    script_pass(60 * NS_PER_S);
}

static void a_pause_of_the_client_is_no_silence(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 1);
    bool was_stopped = false;
    s.script = (struct script){.takes_ns = 200 * NS_PER_MS, .turn = stops_for_a_minute, .ctx = &was_stopped};
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 10, 0);
    loop_run(&s.w);
    assert_true(was_stopped);
    assert_false(s.w.stalled);
    assert_int_equal(s.w.rec.counts.ok, 10);
    assert_int_equal(s.w.pauses, 1);
    assert_in_range(s.w.paused_ns, 59 * NS_PER_S, 61 * NS_PER_S);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_by_count_ends_after_the_grace_time),
        cmocka_unit_test(silence_by_time_ends_the_grace_time_after_the_end),
        cmocka_unit_test(answers_that_keep_coming_are_no_silence),
        cmocka_unit_test(what_is_no_answer_keeps_no_run_alive),
        cmocka_unit_test(a_long_answer_that_comes_on_is_waited_for),
        cmocka_unit_test(reads_all_that_came_before_it_speaks_of_silence),
        cmocka_unit_test(a_flood_of_pushes_is_a_silence),
        cmocka_unit_test(a_pause_of_the_client_is_no_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
