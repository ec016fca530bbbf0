// SPDX-License-Identifier: MIT
// A connection that breaks in mid-run and is dialled again (link.c, phases.c, loop.c), in every order of what
// can break.
#include "stage.h"

#include <errno.h>

static struct stage reconnecting(unsigned clients, unsigned pipeline)
{
    struct stage s = stage_of(clients, pipeline);
    s.conf.on_disconnect = DISCONNECT_RECONNECT;
    s.conf.reconnect_max_ns = 10 * NS_PER_S;
    return s;
}

static void set_up(struct stage *s)
{
    s->conf.password = "secret";
    s->conf.dbnum = 3;
}

// --- whose breaks ---

static unsigned broken_send; // the send during which a connection breaks

static int breaks_in_mid_reply(struct engine *e, struct conn *c, unsigned nth)
{
    const struct client *owner = c->owner;
    if (nth != broken_send) {
        script_answers(e, c, NS_PER_MS);
        return 0;
    }
    if (owner->outstanding > 1)
        script_says(e, c, NS_PER_MS, slice_of("+OK\r\n+O"));
    else
        script_says(e, c, NS_PER_MS, slice_of("+O"));
    script_closes(e, c, NS_PER_MS, -ECONNRESET);
    return 0;
}

static int cannot_be_sent(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth == broken_send)
        return -EPIPE;
    script_answers(e, c, NS_PER_MS);
    return 0;
}

static void what_was_in_flight_is_lost_and_the_rest_goes_on(void **state)
{
    (void)state;
    int (*const ways[])(struct engine *, struct conn *, unsigned) = {breaks_in_mid_reply, cannot_be_sent};
    for (unsigned way = 0; way < 2; way++)
        for (unsigned mode = 0; mode < 8; mode++) {
            struct stage s = reconnecting(2, mode & 1 ? 4 : 1);
            s.conf.pipeline_mode = mode & 2 ? PIPELINE_WINDOW : PIPELINE_BATCH;
            s.conf.keepalive = !(mode & 4);
            s.script.send = ways[way];
            broken_send = 5;
            stage_open(&s, &stage_ping);
            stage_dial(&s);
            stage_load(&s, 100, 0);
            loop_run(&s.w);
            const struct counts *c = &s.w.rec.counts;
            assert_int_equal(c->sent, 100);
            assert_in_range(c->lost, 1, 4);
            assert_int_equal(c->lost, c->abandoned);
            assert_int_equal(c->ok + c->lost, 100);
            assert_int_equal(c->breaks, 1);
            assert_int_equal(c->reconnects, 1);
            assert_int_equal(s.w.lost, 0);
            assert_int_equal(s.w.err.code, 0);
            assert_int_equal(s.w.parted.code, ERR_RUN);
            assert_int_equal(hist_count(s.w.rec.unfinished), c->lost);
            stage_adds_up(&s);
            stage_close(&s);
        }
}

// --- the way back ---

static unsigned bad_dials; // after the first of each client

static int is_refused_at_first(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth >= 2 && nth < 2 + bad_dials)
        script_closes(e, c, NS_PER_MS, -ECONNREFUSED);
    else
        script_opens(e, c, 0);
    return 0;
}

static int cannot_be_dialled_at_first(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth >= 2 && nth < 2 + bad_dials)
        return -ECONNREFUSED; // a unix socket without a server
    script_opens(e, c, 0);
    return 0;
}

static int has_a_full_backlog_at_first(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth >= 2 && nth < 2 + bad_dials)
        return -EAGAIN;
    script_opens(e, c, 0);
    return 0;
}

static int hangs_at_first(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth < 2 || nth >= 2 + bad_dials)
        script_opens(e, c, 0);
    return 0;
}

static int closes_before_the_set_up_is_answered(struct engine *e, struct conn *c, unsigned nth)
{
    script_opens(e, c, 0);
    if (nth >= 2 && nth < 2 + bad_dials)
        script_closes(e, c, 0, 0);
    return 0;
}

static void it_is_dialled_until_it_stands(void **state)
{
    (void)state;
    int (*const ways[])(struct engine *, struct conn *, unsigned) = {
        is_refused_at_first, cannot_be_dialled_at_first, has_a_full_backlog_at_first, hangs_at_first,
        closes_before_the_set_up_is_answered};
    for (unsigned way = 0; way < 5; way++)
        for (unsigned open = 0; open < 2; open++) {
            struct stage s = reconnecting(2, 1);
            s.conf.rate = open ? 1000 : 0;
            s.script.dial = ways[way];
            s.script.send = breaks_in_mid_reply;
            set_up(&s);
            bad_dials = 4;
            broken_send = 7;
            stage_open(&s, &stage_ping);
            stage_dial(&s);
            stage_load(&s, UINT64_MAX, 6 * NS_PER_S);
            loop_run(&s.w);
            const struct counts *c = &s.w.rec.counts;
            assert_int_equal(s.w.live, 2);
            assert_int_equal(c->lost, 1);
            assert_int_equal(c->breaks, 1);
            assert_int_equal(c->reconnects, 1);
            assert_int_equal(s.w.dialled, 2 + 1 + bad_dials - (way == 2 ? bad_dials : 0));
            assert_int_equal(s.w.lost + s.w.waiting + s.w.opening, 0);
            assert_int_equal(s.w.err.code, 0);
            stage_adds_up(&s);
            stage_close(&s);
        }
}

// Each dial waits longer than the one before it, but for chance, and none longer than it may.
static uint64_t dialled_ns[32];

static int notes_when(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth < 32)
        dialled_ns[nth] = clock_ns();
    if (nth == 0)
        script_opens(e, c, 0);
    else
        script_closes(e, c, 0, -ECONNREFUSED);
    return 0;
}

static void it_backs_off_and_gives_up_in_the_end(void **state)
{
    (void)state;
    struct stage s = reconnecting(1, 1);
    s.conf.reconnect_max_ns = 2 * NS_PER_S;
    s.script.dial = notes_when;
    s.script.send = breaks_in_mid_reply;
    broken_send = 3;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, UINT64_MAX, 60 * NS_PER_S);
    uint64_t from_ns = clock_ns();
    loop_run(&s.w);
    uint64_t took_ns = clock_ns() - from_ns;
    assert_in_range(took_ns, 2 * NS_PER_S, 2 * NS_PER_S + 2 * LOOP_TICK_NS);
    assert_int_equal(s.w.lost, 1);
    assert_int_equal(s.w.live + s.w.opening + s.w.waiting, 0);
    assert_string_equal(s.w.err.text, "script:1 could not be reached again: Connection refused");
    assert_in_range(s.w.dialled, 20, 50);
    for (unsigned i = 2; i < 20; i++) {
        uint64_t most_ns = i < 6 ? 10 * NS_PER_MS << (i - 1) : 101 * NS_PER_MS;
        uint64_t waited_ns = dialled_ns[i] - dialled_ns[i - 1];
        most_ns = most_ns < 101 * NS_PER_MS ? most_ns : 101 * NS_PER_MS;
        assert_in_range(waited_ns, most_ns / 2 - NS_PER_MS, most_ns + NS_PER_MS);
    }
    stage_close(&s);
}

// --- the end ---

static int is_gone_for_good(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth < 2)
        script_opens(e, c, 0);
    else
        script_closes(e, c, 0, -ECONNREFUSED);
    return 0;
}

static int breaks_all(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth < 20)
        script_answers(e, c, NS_PER_MS);
    else
        script_closes(e, c, NS_PER_MS, 0);
    return 0;
}

static void what_is_not_back_by_the_end_is_lost(void **state)
{
    (void)state;
    for (unsigned open = 0; open < 2; open++) {
        struct stage s = reconnecting(2, 1);
        s.conf.on_disconnect = DISCONNECT_AUTO;
        s.conf.duration_ns = NS_PER_S;
        s.conf.rate = open ? 1000 : 0;
        s.conf.arrival = ARRIVAL_CONSTANT;
        s.script.dial = is_gone_for_good;
        s.script.send = breaks_all;
        stage_work(&s, &stage_ping);
        assert_int_equal(s.w.lost, 2);
        assert_int_equal(s.w.live + s.w.opening + s.w.waiting, 0);
        assert_int_equal(s.w.rec.counts.lost, 2);
        assert_int_equal(s.w.rec.counts.breaks, 2);
        assert_int_equal(s.w.rec.counts.reconnects, 0);
        assert_string_equal(s.w.err.text, "script:1 closed a connection");
        if (open)
            assert_int_equal(counts_due(&s.w.rec.counts), 1000);
        stage_adds_up(&s);
        stage_close(&s);
    }
}

// --- phases ---

static enum phase breaking;

static int breaks_in_phase(struct engine *e, struct conn *c, unsigned nth)
{
    const struct stage *s = e->script->ctx;
    static unsigned broke = UINT32_MAX;
    bool answered = nth > 3; // of three clients
    if (answered && atomic_load(&s->crew.phase) == (int)breaking && broke != breaking) {
        broke = breaking;
        script_closes(e, c, 0, -ECONNRESET);
        return 0;
    }
    script_answers(e, c, NS_PER_MS);
    return 0;
}

static void it_comes_back_in_any_phase(void **state)
{
    (void)state;
    for (breaking = PHASE_FILL; breaking <= PHASE_MEASURE; breaking++) {
        struct stage s = reconnecting(3, 1);
        s.conf.prefill = true;
        s.conf.keyspace = 50;
        s.conf.warmup_ns = 50 * NS_PER_MS;
        s.conf.requests = 300;
        s.script.ctx = &s;
        s.script.send = breaks_in_phase;
        stage_work(&s, &stage_get);
        assert_int_equal(s.w.filled, 50); // written again where some were lost
        assert_int_equal(s.w.lost, 0);
        assert_int_equal(s.w.live, 3);
        assert_int_equal(s.w.err.code, 0);
        assert_int_equal(s.w.rec.counts.sent, 300);
        assert_int_equal(s.w.rec.counts.lost, breaking == PHASE_MEASURE);
        assert_int_equal(s.w.rec.counts.breaks, breaking == PHASE_MEASURE);
        stage_adds_up(&s);
        stage_close(&s);
    }
}

static int closes(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    script_closes(e, c, 0, 0);
    return 0;
}

// Nothing was ever answered: it is another kind of server, or none, and waiting would not help.
static void a_server_that_never_answered_is_not_waited_for(void **state)
{
    (void)state;
    struct stage s = reconnecting(3, 1);
    s.script.send = closes;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 100, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.lost, 3);
    assert_int_equal(s.w.rec.counts.breaks, 0);
    assert_string_equal(s.w.err.text, "script:1 closed a connection");
    stage_close(&s);
}

static void who_asks_for_a_time_or_a_rate_reconnects(void **state)
{
    (void)state;
    static const struct {
        enum disconnect asked;
        uint64_t duration_ns;
        double rate;
        bool reconnects;
    } all[] = {
        {DISCONNECT_AUTO, 0, 0, false},     {DISCONNECT_AUTO, NS_PER_S, 0, true},
        {DISCONNECT_AUTO, 0, 100, true},    {DISCONNECT_STOP, NS_PER_S, 100, false},
        {DISCONNECT_RECONNECT, 0, 0, true},
    };
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
        struct stage s = stage_of(1, 1);
        s.conf.on_disconnect = all[i].asked;
        s.conf.duration_ns = all[i].duration_ns;
        s.conf.rate = all[i].rate;
        stage_plan(&s, &stage_ping);
        assert_int_equal(s.plan.reconnects, all[i].reconnects);
        plan_reset(&s.plan);
        script_end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_in_flight_is_lost_and_the_rest_goes_on),
        cmocka_unit_test(it_is_dialled_until_it_stands),
        cmocka_unit_test(it_backs_off_and_gives_up_in_the_end),
        cmocka_unit_test(what_is_not_back_by_the_end_is_lost),
        cmocka_unit_test(it_comes_back_in_any_phase),
        cmocka_unit_test(a_server_that_never_answered_is_not_waited_for),
        cmocka_unit_test(who_asks_for_a_time_or_a_rate_reconnects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
