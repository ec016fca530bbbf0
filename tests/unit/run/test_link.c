// SPDX-License-Identifier: MIT
#include "run/link.h"

#include "stage.h"

#include <errno.h>

// --- the first dial ---

static int refuses_the_second(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth == 1)
        script_closes(e, c, 0, -ECONNREFUSED);
    else
        script_opens(e, c, 0);
    return 0;
}

static int cannot_dial_the_second(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth == 1)
        return -EADDRNOTAVAIL;
    script_opens(e, c, 0);
    return 0;
}

static int closes_the_second_at_once(struct engine *e, struct conn *c, unsigned nth)
{
    script_opens(e, c, 0);
    if (nth == 1)
        script_closes(e, c, 0, 0);
    return 0;
}

static void a_refused_connection_is_counted_once(void **state)
{
    (void)state;
    static const struct {
        int (*dial)(struct engine *e, struct conn *c, unsigned nth);
        enum err_code code;
        const char *text;
    } all[] = {
        {refuses_the_second, ERR_CONNECT, "cannot connect to script:1: Connection refused"},
        {cannot_dial_the_second, ERR_CONNECT,
         "cannot connect to script:1: no local port is left for one more connection (of "},
        {closes_the_second_at_once, ERR_RUN, "script:1 closed a connection"},
    };
    for (unsigned i = 0; i < 3; i++) {
        struct stage s = stage_of(3, 1);
        s.script.dial = all[i].dial;
        stage_open(&s, &stage_ping);
        stage_dial(&s);
        while (s.w.live > 2)
            loop_step(&s.w, LOOP_TICK_NS);
        assert_int_equal(s.w.live, 2);
        assert_int_equal(s.w.lost, 1);
        assert_int_equal(s.w.opening, 0);
        assert_int_equal(s.w.came, i == 2 ? 3 : 2);
        assert_int_equal(s.w.err.code, all[i].code);
        assert_memory_equal(s.w.err.text, all[i].text, strlen(all[i].text));
        stage_close(&s);
    }
}

// --- AUTH and SELECT ---

static void set_up(struct stage *s)
{
    s->conf.user = "me";
    s->conf.password = "secret";
    s->conf.dbnum = 3;
}

static void no_request_leaves_before_the_set_up_was_answered(void **state)
{
    (void)state;
    for (int drips = 0; drips < 2; drips++) {
        struct stage s = stage_of(2, 1);
        s.script = (struct script){.drips = drips, .setup = ">1\r\n+hi\r\n+OK\r\n"};
        set_up(&s);
        stage_open(&s, &stage_ping);
        stage_dial(&s);
        assert_int_equal(s.w.live, 2);
        assert_int_equal(s.script.sends, 2);
        assert_int_equal(s.script.asks, 4);
        stage_load(&s, 10, 0);
        loop_run(&s.w);
        assert_int_equal(s.w.rec.counts.ok, 10);
        assert_int_equal(s.w.rec.counts.pushes, 0); // those of the set-up are no part of the load
        assert_int_equal(s.w.rec.counts.bytes_received, 10 * strlen(SCRIPT_OK));
        stage_adds_up(&s);
        stage_close(&s);
    }
}

static void a_refused_set_up_loses_the_connection(void **state)
{
    (void)state;
    static const struct {
        const char *says, *text;
    } all[] = {
        {"-WRONGPASS secret is wrong\r\n", "script:1 refused a connection: \"WRONGPASS *** is wrong\""},
        {"HTTP/1.1 400\r\n", "script:1 sent invalid RESP: \"HTTP/1.1 400\\r\\n"},
        {"+OK\r\n+OK\r\n", "script:1 sent invalid RESP: \"+OK\\r\\n"},
    };
    for (unsigned i = 0; i < 3; i++)
        for (int drips = 0; drips < 2; drips++) {
            struct stage s = stage_of(2, 1);
            s.script = (struct script){.drips = drips && i == 0, .setup = all[i].says};
            set_up(&s);
            stage_open(&s, &stage_ping);
            stage_dial(&s);
            assert_int_equal(s.w.lost, 2);
            assert_int_equal(s.w.came, 0);
            assert_int_equal(s.w.live + s.w.opening, 0);
            assert_memory_equal(s.w.err.text, all[i].text, strlen(all[i].text));
            stage_close(&s);
        }
}

// --- -k 0 ---

static void each_batch_has_a_connection_of_its_own(void **state)
{
    (void)state;
    struct stage s = stage_of(2, 4);
    s.conf.keepalive = false;
    s.script.drips = true;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 42, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.rec.counts.ok, 42);
    assert_int_equal(s.script.sends, 11);
    assert_in_range(s.script.dials, 11, 12); // both begin with one
    assert_int_equal(s.w.rec.counts.connects, s.script.dials - 2);
    assert_int_equal(s.w.lost, 0);
    assert_int_equal(s.script.stacked, 0);
    stage_adds_up(&s);
    stage_close(&s);
}

// A new connection has its set-up again, and a parser that knows nothing of the former one.
static void a_renewed_connection_is_set_up_anew(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 2);
    s.conf.keepalive = false;
    set_up(&s);
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 10, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.rec.counts.ok, 10);
    assert_int_equal(s.script.dials, 5);
    assert_int_equal(s.script.sends, 10);
    stage_close(&s);
}

static int refuses_the_fifth(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth == 4)
        script_closes(e, c, 0, -ECONNREFUSED);
    else
        script_opens(e, c, 0);
    return 0;
}

static void a_refused_renewal_loses_one_and_the_others_go_on(void **state)
{
    (void)state;
    struct stage s = stage_of(2, 1);
    s.conf.keepalive = false;
    s.script.dial = refuses_the_fifth;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 20, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.rec.counts.ok, 20);
    assert_int_equal(s.w.rec.counts.abandoned, 0);
    assert_int_equal(s.w.lost, 1);
    assert_string_equal(s.w.err.text, "script:1 could not be reached again: Connection refused");
    stage_close(&s);
}

static int is_full_at_times(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth % 4 == 2)
        return -EAGAIN;
    script_opens(e, c, 0);
    return 0;
}

static void a_full_backlog_is_tried_again(void **state)
{
    (void)state;
    struct stage s = stage_of(2, 1);
    s.conf.keepalive = false;
    s.script.dial = is_full_at_times;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 20, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.rec.counts.ok, 20);
    assert_int_equal(s.w.lost, 0);
    assert_int_equal(s.w.waiting, 0);
    assert_int_equal(s.w.err.code, 0);
    stage_adds_up(&s);
    stage_close(&s);
}

static int is_full_from_the_third_on(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth >= 2)
        return -EAGAIN;
    script_opens(e, c, 0);
    return 0;
}

static int hangs_from_the_third_on(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth < 2)
        script_opens(e, c, 0);
    return 0;
}

static void a_renewal_that_never_stands_ends_after_the_grace_time(void **state)
{
    (void)state;
    static const struct {
        int (*dial)(struct engine *e, struct conn *c, unsigned nth);
        const char *text;
    } all[] = {
        {is_full_from_the_third_on,
         "script:1 could not be reached again within 5 seconds: its backlog was full"},
        {hangs_from_the_third_on,
         "script:1 could not be reached again within 5 seconds: connecting had no answer"},
    };
    for (unsigned i = 0; i < 2; i++) {
        struct stage s = stage_of(2, 1);
        s.conf.keepalive = false;
        s.script.dial = all[i].dial;
        stage_open(&s, &stage_ping);
        stage_dial(&s);
        stage_load(&s, 20, 0);
        uint64_t from_ns = clock_ns();
        loop_run(&s.w);
        assert_int_equal(s.w.rec.counts.ok, 2);
        assert_int_equal(s.w.lost, 2);
        assert_int_equal(s.w.opening + s.w.waiting + s.w.live, 0);
        assert_string_equal(s.w.err.text, all[i].text);
        assert_in_range(clock_ns() - from_ns, STAGE_GRACE_NS, STAGE_GRACE_NS + 2 * LOOP_TICK_NS);
        stage_close(&s);
    }
}

// A server without room: its words are the reason, though they look like a reply to a request.
static int has_no_room(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth == 0) {
        script_says(e, c, 0, slice_of("-ERR max number of clients reached\r\n"));
        script_closes(e, c, 0, 0);
    } else {
        script_answers(e, c, 0);
    }
    return 0;
}

static void tells_why_a_server_without_room_hung_up(void **state)
{
    (void)state;
    struct stage s = stage_of(2, 2);
    s.script.send = has_no_room;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 20, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.lost, 1);
    assert_int_equal(s.w.rec.counts.errors, 1);
    assert_int_equal(s.w.rec.counts.abandoned, 1);
    assert_string_equal(s.w.err.text, "script:1 refused a connection: \"ERR max number of clients reached\"");
    stage_adds_up(&s);
    stage_close(&s);
}

// --- --reconnect-every ---

static void a_connection_carries_so_many_and_no_more(void **state)
{
    (void)state;
    for (int window = 0; window < 2; window++)
        for (int open = 0; open < 2; open++) {
            struct stage s = stage_of(1, window ? 4 : 5);
            s.conf.pipeline_mode = window ? PIPELINE_WINDOW : PIPELINE_BATCH;
            s.conf.reconnect_every = 10;
            s.conf.rate = open ? 1e5 : 0;
            s.script.drips = true;
            stage_open(&s, &stage_ping);
            stage_dial(&s);
            stage_load(&s, 100, 0);
            loop_run(&s.w);
            assert_int_equal(s.w.rec.counts.ok, 100);
            assert_int_equal(s.script.dials, 10); // the last one is not replaced: nothing is left to ask
            assert_int_equal(s.w.rec.counts.connects, 9);
            assert_in_range(s.script.most, 2, 5);
            assert_int_equal(s.w.lost, 0);
            stage_adds_up(&s);
            stage_close(&s);
        }
}

static int opens_after_1_ms(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    script_opens(e, c, NS_PER_MS);
    return 0;
}

static void check_phase(const struct stage *s, enum connection_phase phase, uint64_t count, uint64_t least_ns)
{
    const struct hist *h = s->w.connections.of[phase];
    assert_int_equal(hist_count(h), count);
    if (count)
        assert_in_range(hist_min(h), least_ns, least_ns + 100 * SCRIPT_READ_NS);
    if (count)
        assert_in_range(hist_max(h), least_ns, least_ns + least_ns / 500 + 100 * SCRIPT_READ_NS);
}

// Of the connections that the load itself opens, and not of those before it.
static void each_phase_of_a_new_connection_has_its_time(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 1);
    s.conf.reconnect_every = 4;
    s.script.dial = opens_after_1_ms;
    s.script.takes_ns = 3 * NS_PER_MS;
    set_up(&s);
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 20, 0);
    loop_run(&s.w);
    assert_int_equal(s.script.dials, 5);
    check_phase(&s, CONNECTION_CONNECT, 4, NS_PER_MS);
    check_phase(&s, CONNECTION_SETUP, 4, 3 * NS_PER_MS);
    check_phase(&s, CONNECTION_FIRST_REPLY, 4, 3 * NS_PER_MS);
    check_phase(&s, CONNECTION_TLS_FULL, 0, 0);
    check_phase(&s, CONNECTION_TLS_RESUMED, 0, 0);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_connection_is_counted_once),
        cmocka_unit_test(no_request_leaves_before_the_set_up_was_answered),
        cmocka_unit_test(a_refused_set_up_loses_the_connection),
        cmocka_unit_test(each_batch_has_a_connection_of_its_own),
        cmocka_unit_test(a_renewed_connection_is_set_up_anew),
        cmocka_unit_test(a_refused_renewal_loses_one_and_the_others_go_on),
        cmocka_unit_test(a_full_backlog_is_tried_again),
        cmocka_unit_test(a_renewal_that_never_stands_ends_after_the_grace_time),
        cmocka_unit_test(tells_why_a_server_without_room_hung_up),
        cmocka_unit_test(a_connection_carries_so_many_and_no_more),
        cmocka_unit_test(each_phase_of_a_new_connection_has_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
