// SPDX-License-Identifier: MIT
// A worker from its first dial to its end, in the test's own thread.
#include "run/phases.h"

#include "stage.h"

#include <errno.h>

static struct stage *stage_in(struct engine *e)
{
    return e->script->ctx;
}

static enum phase phase_in(struct engine *e)
{
    return (enum phase)atomic_load(&stage_in(e)->crew.phase);
}

// All phases: 50 keys, 2 s of warm-up, then 300 requests or 3 s; 1 ms a request.
static void set_phases(struct stage *s, bool by_time)
{
    *s = stage_of(3, 2);
    s->conf.prefill = true;
    s->conf.keyspace = 50;
    s->conf.warmup_ns = 2 * NS_PER_S;
    s->conf.requests = by_time ? 0 : 300;
    s->conf.duration_ns = by_time ? 3 * NS_PER_S : 0;
    s->script.takes_ns = NS_PER_MS;
    s->script.ctx = s;
}

// --- phases ---

// Answers that tell the phases apart: OK to the prefill, errors and pushes in the warm-up, then values.
static int answers_by_phase(struct engine *e, struct conn *c, unsigned nth)
{
    static const char *const says[] = {[PHASE_FILL] = "+OK\r\n",
                                       [PHASE_WARMUP] = ">1\r\n+x\r\n-ERR cold\r\n",
                                       [PHASE_MEASURE] = "$1\r\nv\r\n"};
    (void)nth;
    for (uint32_t i = 0; i < c->asks; i++)
        script_says(e, c, NS_PER_MS, slice_of(says[phase_in(e)]));
    return 0;
}

static void no_count_of_a_phase_leaks_into_the_next(void **state)
{
    (void)state;
    struct stage s;
    set_phases(&s, false);
    s.script.send = answers_by_phase;
    stage_work(&s, &stage_get);
    const struct counts *c = &s.w.rec.counts;
    assert_int_equal(s.w.filled, 50);
    assert_int_equal(c->sent, 300);
    assert_int_equal(c->ok, 300);
    assert_int_equal(c->hits, 300);
    assert_int_equal(c->errors + c->pushes + c->misses + c->abandoned + c->unsent, 0);
    assert_int_equal(c->bytes_received, 300 * strlen("$1\r\nv\r\n"));
    assert_int_equal(hist_count(s.w.rec.latency), 300);
    assert_int_equal(s.w.rec.tally.kinds[0].count, 0);
    assert_true(s.script.asks > 50 + 300 + 1000); // there was a warm-up
    assert_int_equal(s.w.err.code, 0);
    stage_close(&s);
}

static int refuses_writes(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    for (uint32_t i = 0; i < c->asks; i++)
        script_says(e, c, NS_PER_MS,
                    slice_of(phase_in(e) == PHASE_FILL ? "-READONLY no\r\n" : "$1\r\nv\r\n"));
    return 0;
}

static void a_prefill_with_error_replies_is_told(void **state)
{
    (void)state;
    struct stage s;
    set_phases(&s, false);
    s.script.send = refuses_writes;
    stage_work(&s, &stage_get);
    assert_int_equal(s.w.filled, 0);
    assert_string_equal(s.w.err.text, "the prefill had 50 error replies, the first \"READONLY no\"");
    stage_close(&s);
}

// --- the crew's flags, in each phase ---

struct flagging {
    enum phase phase;
    bool drains; // not before the time of the measured phase is up
    int flag;    // stop, halt, enough
};

static struct flagging flagging;

static void raises_it(struct engine *e)
{
    struct stage *s = stage_in(e);
    atomic_bool *flags[] = {&s->crew.stop, &s->crew.halt, &s->crew.enough};
    bool due = phase_in(e) == flagging.phase && (s->w.outstanding || flagging.phase == PHASE_DIAL);
    if (due && (!flagging.drains || clock_ns() > s->w.deadline_ns))
        atomic_store(flags[flagging.flag], true);
}

static void end_by_flag(struct flagging how, bool by_time)
{
    struct stage s;
    set_phases(&s, by_time);
    flagging = how;
    s.script.turn = raises_it;
    stage_open(&s, &stage_get);
    uint64_t from_ns = clock_ns();
    phases_main(&s.w);
    const struct counts *c = &s.w.rec.counts;
    stage_adds_up(&s);
    assert_int_equal(s.w.outstanding, 0);
    assert_int_equal(c->unsent, 0);
    assert_false(s.w.stalled);
    if (how.phase != PHASE_MEASURE)
        assert_int_equal(c->sent, 0);
    else
        assert_in_range(c->sent, 1, by_time && how.drains ? 18000 : 1000);
    if (how.flag == 0 && how.phase == PHASE_MEASURE)
        assert_in_range(c->abandoned, 0, 6);
    else
        assert_int_equal(c->abandoned, 0);
    assert_in_range(clock_ns() - from_ns, 0, 6 * NS_PER_S);
    stage_close(&s);
}

static void stop_and_halt_end_it_in_each_phase(void **state)
{
    (void)state;
    for (int flag = 0; flag < 2; flag++)
        for (int by_time = 0; by_time < 2; by_time++)
            for (enum phase phase = PHASE_DIAL; phase <= PHASE_MEASURE; phase++)
                end_by_flag((struct flagging){phase, false, flag}, by_time);
}

static void what_is_precise_enough_is_drained(void **state)
{
    (void)state;
    for (int by_time = 0; by_time < 2; by_time++)
        end_by_flag((struct flagging){PHASE_MEASURE, false, 2}, by_time);
}

static void flags_in_the_drain_end_it(void **state)
{
    (void)state;
    for (int flag = 0; flag < 3; flag++)
        end_by_flag((struct flagging){PHASE_MEASURE, true, flag}, true);
}

// --- connections that are lost ---

static enum phase losing;

// The second connection breaks in mid-reply as soon as it is asked something in that phase.
static int loses_one(struct engine *e, struct conn *c, unsigned nth)
{
    struct client *second = &stage_in(e)->w.clients[1];
    (void)nth;
    if (phase_in(e) == losing && c->owner == second) {
        script_says(e, c, NS_PER_MS, slice_of("$1\r"));
        script_closes(e, c, NS_PER_MS, -ECONNRESET);
        return 0;
    }
    return answers_by_phase(e, c, nth);
}

static void a_connection_lost_in_any_phase_is_counted_once(void **state)
{
    (void)state;
    for (losing = PHASE_FILL; losing <= PHASE_MEASURE; losing++) {
        struct stage s;
        set_phases(&s, false);
        s.conf.keyspace = 500; // enough that the second is asked to write some
        s.script.send = loses_one;
        stage_work(&s, &stage_get);
        assert_int_equal(s.w.lost, 1);
        assert_int_equal(s.w.live, 2);
        assert_int_equal(s.w.rec.counts.sent, 300);
        assert_int_equal(s.w.rec.counts.abandoned, losing == PHASE_MEASURE ? 2 : 0);
        stage_adds_up(&s);
        stage_close(&s);
    }
}

// --- the open loop ---

static void set_paced(struct stage *s)
{
    *s = stage_of(1, 1);
    s->conf.rate = 1000;
    s->conf.arrival = ARRIVAL_CONSTANT;
    s->conf.duration_ns = 100 * NS_PER_MS;
    s->conf.grace_ns = 100 * NS_PER_MS;
    s->script.takes_ns = 5 * NS_PER_MS;
    s->script.ctx = s;
}

static void what_was_due_was_sent_or_is_told_as_unsent(void **state)
{
    (void)state;
    struct stage s;
    set_paced(&s);
    stage_work(&s, &stage_ping);
    const struct counts *c = &s.w.rec.counts;
    assert_int_equal(counts_due(c), 100);
    assert_in_range(c->unsent, 1, 99);
    assert_int_equal(hist_count(s.w.rec.unfinished), c->unsent + c->abandoned);
    assert_true(s.w.stalled);
    assert_true(s.w.overrun); // answers came to the last
    stage_adds_up(&s);
    stage_close(&s);
}

static void breaks_early(struct engine *e)
{
    struct stage *s = stage_in(e);
    if (s->w.live && s->w.start_ns && clock_ns() > s->w.start_ns + 50 * NS_PER_MS)
        script_closes(e, &s->w.clients[0].conn, 0, -ECONNRESET);
}

static void only_what_was_due_before_the_last_connection_broke_is_unsent(void **state)
{
    (void)state;
    struct stage s;
    set_paced(&s);
    s.conf.duration_ns = 10 * NS_PER_S;
    s.conf.on_disconnect = DISCONNECT_STOP;
    s.script.turn = breaks_early;
    stage_work(&s, &stage_ping);
    assert_int_equal(s.w.lost, 1);
    assert_in_range(counts_due(&s.w.rec.counts), 50, 50 + 2 * LOOP_TICK_NS / NS_PER_MS); // of 10000
    assert_int_equal(s.w.rec.counts.abandoned, 1);
    assert_true(s.w.rec.counts.unsent > 30);
    stage_adds_up(&s);
    stage_close(&s);
}

// --- opening connections ---

static int is_full_at_first(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth % 3 == 0)
        return -EAGAIN;
    script_opens(e, c, NS_PER_MS);
    return 0;
}

static void a_backlog_that_is_full_at_first_costs_nothing(void **state)
{
    (void)state;
    struct stage s = stage_of(4, 1);
    s.conf.requests = 10;
    s.script.dial = is_full_at_first;
    stage_work(&s, &stage_ping);
    assert_int_equal(s.w.came, 4);
    assert_int_equal(s.w.lost, 0);
    assert_int_equal(s.w.rec.counts.ok, 10);
    assert_int_equal(s.w.rec.counts.connects, 0); // those before the clock are none of the window's
    stage_close(&s);
}

static int is_full(struct engine *e, struct conn *c, unsigned nth)
{
    (void)e, (void)c, (void)nth;
    return -EAGAIN;
}

static int hangs(struct engine *e, struct conn *c, unsigned nth)
{
    (void)e, (void)c, (void)nth;
    return 0;
}

static int refuses(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    script_closes(e, c, 0, -ECONNREFUSED);
    return 0;
}

static void where_no_connection_stands_nothing_is_asked(void **state)
{
    (void)state;
    static const struct {
        int (*dial)(struct engine *e, struct conn *c, unsigned nth);
        const char *text;
    } all[] = {
        {is_full, "only 0 of 3 connections to script:1 could be opened in 5.0 seconds"},
        {hangs, "only 0 of 3 connections to script:1 could be opened in 5.0 seconds"},
        {refuses, "cannot connect to script:1: Connection refused"},
    };
    for (unsigned i = 0; i < 3; i++) {
        struct stage s = stage_of(3, 1);
        s.conf.requests = 10;
        s.script.dial = all[i].dial;
        stage_work(&s, &stage_ping);
        assert_true(gate_broken(&s.crew.gate));
        assert_int_equal(s.script.sends, 0);
        assert_int_equal(s.w.err.code, ERR_CONNECT);
        assert_string_equal(s.w.err.text, all[i].text);
        stage_close(&s);
    }
}

static void a_refused_password_leaves_nothing_to_ask(void **state)
{
    (void)state;
    struct stage s = stage_of(3, 1);
    s.conf.requests = 10;
    s.conf.warmup_ns = NS_PER_S;
    s.conf.password = "secret";
    s.script.setup = "-WRONGPASS no\r\n";
    stage_work(&s, &stage_ping);
    assert_int_equal(s.w.lost, 3);
    assert_int_equal(s.w.came, 0);
    assert_int_equal(s.script.asks, 3);
    assert_int_equal(s.w.rec.counts.sent, 0);
    assert_string_equal(s.w.err.text, "script:1 refused a connection: \"WRONGPASS no\"");
    stage_close(&s);
}

static void an_engine_that_is_refused_is_told(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 1);
    s.conf.requests = 10;
    s.script.opening = -EPERM;
    stage_work(&s, &stage_ping);
    assert_true(s.w.refused);
    assert_true(gate_broken(&s.crew.gate));
    assert_string_equal(s.w.err.text, "the script engine could not be set up in a worker thread: Operation "
                                      "not permitted");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_count_of_a_phase_leaks_into_the_next),
        cmocka_unit_test(a_prefill_with_error_replies_is_told),
        cmocka_unit_test(stop_and_halt_end_it_in_each_phase),
        cmocka_unit_test(what_is_precise_enough_is_drained),
        cmocka_unit_test(flags_in_the_drain_end_it),
        cmocka_unit_test(a_connection_lost_in_any_phase_is_counted_once),
        cmocka_unit_test(what_was_due_was_sent_or_is_told_as_unsent),
        cmocka_unit_test(only_what_was_due_before_the_last_connection_broke_is_unsent),
        cmocka_unit_test(a_backlog_that_is_full_at_first_costs_nothing),
        cmocka_unit_test(where_no_connection_stands_nothing_is_asked),
        cmocka_unit_test(a_refused_password_leaves_nothing_to_ask),
        cmocka_unit_test(an_engine_that_is_refused_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
