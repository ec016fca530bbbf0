// SPDX-License-Identifier: MIT
#include "run/loop.h"

#include "stage.h"

#include <errno.h>
#include <stdio.h>

#define PUSH ">2\r\n$3\r\nsub\r\n:1\r\n"
#define ATTRIBUTE "|1\r\n+ttl\r\n:3600\r\n"

// Every type that there is, with what answers nothing before, between and inside.
static const char *const mixed[] = {
    "$3\r\nabc\r\n",
    "+OK\r\n",
    "$-1\r\n",
    PUSH "$0\r\n\r\n",
    "-ERR no such thing\r\n",
    ATTRIBUTE "$2\r\nhi\r\n",
    "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
    PUSH ATTRIBUTE PUSH "_\r\n",
    ":12\r\n",
    "!9\r\nERR blobs\r\n",
    "%1\r\n+a\r\n" ATTRIBUTE "+b\r\n",
    "~1\r\n#t\r\n",
    ",1.5\r\n",
    "=7\r\ntxt:abc\r\n",
    "(123\r\n",
};
enum { MIXED = sizeof mixed / sizeof *mixed };

static const struct test get_or_null = {
    .names = "get", .title = "GET", .command = "GET k:__rand_int__", .reply = "$?"};

// What is counted, but for the times.
static void assert_same(const struct recorder *a, const struct recorder *b)
{
    struct counts x = a->counts, y = b->counts;
    x.errors_ns = y.errors_ns = 0;
    assert_memory_equal(&x, &y, sizeof x);
    for (int i = 0; i < TALLY_KINDS; i++) {
        assert_int_equal(a->tally.kinds[i].count, b->tally.kinds[i].count);
        assert_string_equal(a->tally.kinds[i].first, b->tally.kinds[i].first);
    }
}

// Counts and tally; the histograms are gone.
static struct recorder ask_mixed(unsigned depth, enum pipeline_mode mode, size_t cut, bool drips)
{
    struct stage s = stage_of(1, depth);
    s.script = (struct script){.answers = mixed, .answers_n = MIXED, .cut = cut, .drips = drips};
    s.conf.pipeline_mode = mode;
    stage_open(&s, &get_or_null);
    stage_dial(&s);
    stage_load(&s, (uint64_t)2 * MIXED, 0);
    loop_run(&s.w);
    struct recorder r = s.w.rec;
    assert_int_equal(hist_count(r.latency), r.counts.ok);
    stage_adds_up(&s);
    assert_int_equal(s.w.outstanding, 0);
    assert_int_equal(s.w.lost, 0);
    stage_close(&s);
    return r;
}

static void answers_cut_anywhere_count_the_same(void **state)
{
    (void)state;
    size_t len = 0;
    for (int i = 0; i < MIXED; i++)
        len += strlen(mixed[i]);
    struct recorder whole = ask_mixed(MIXED, PIPELINE_BATCH, 0, false);
    assert_int_equal(whole.counts.ok + whole.counts.errors, 2 * MIXED);
    assert_int_equal(whole.counts.pushes, 2 * 3);
    assert_int_equal(whole.counts.bytes_received, 2 * len);
    assert_true(whole.counts.hits && whole.counts.misses && whole.counts.unexpected &&
                whole.counts.errors > whole.counts.unexpected);
    for (size_t cut = 1; cut < len; cut++) {
        struct recorder c = ask_mixed(MIXED, PIPELINE_BATCH, cut, false);
        assert_same(&c, &whole);
    }
}

static void answers_byte_by_byte_count_the_same(void **state)
{
    (void)state;
    struct recorder whole = ask_mixed(MIXED, PIPELINE_BATCH, 0, false);
    for (unsigned depth = 1; depth <= MIXED; depth += 7)
        for (int drips = 0; drips < 2; drips++) {
            struct recorder batch = ask_mixed(depth, PIPELINE_BATCH, 0, drips);
            struct recorder window = ask_mixed(depth, PIPELINE_WINDOW, 0, drips);
            assert_same(&batch, &whole);
            assert_same(&window, &whole);
        }
}

static void never_has_more_outstanding_than_the_depth(void **state)
{
    (void)state;
    for (int window = 0; window < 2; window++) {
        struct stage s = stage_of(3, 5);
        s.script.drips = true;
        s.conf.pipeline_mode = window ? PIPELINE_WINDOW : PIPELINE_BATCH;
        stage_open(&s, &stage_ping);
        stage_dial(&s);
        stage_load(&s, 101, 0);
        loop_run(&s.w);
        assert_int_equal(s.script.most, 5);
        assert_int_equal(s.script.stacked, window ? 4 : 0); // a batch waits for all, a window is filled up
        assert_int_equal(s.script.asks, 101);
        assert_int_equal(s.w.rec.counts.ok, 101);
        stage_adds_up(&s);
        stage_close(&s);
    }
}

// --- the open loop ---

// Due each millisecond, answered after 5 by the only connection: four of five requests wait for it, none of
// them by the client's fault, and all that were due within the time are asked after it.
static void what_finds_no_free_connection_waits_and_is_not_lost(void **state)
{
    (void)state;
    struct stage s = stage_of(1, 1);
    s.script.takes_ns = 5 * NS_PER_MS;
    s.conf.rate = 1000;
    s.conf.arrival = ARRIVAL_CONSTANT;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, UINT64_MAX, 100 * NS_PER_MS);
    loop_run(&s.w);
    assert_int_equal(s.w.rec.counts.sent, 100);
    assert_int_equal(s.w.rec.counts.ok, 100);
    assert_int_equal(hist_count(s.w.rec.wait), 100);
    assert_int_equal(hist_count(s.w.rec.lag), 100);
    assert_int_equal(s.script.most, 1);
    assert_in_range(hist_max(s.w.rec.wait), 390 * NS_PER_MS, 400 * NS_PER_MS);
    assert_in_range(hist_max(s.w.rec.lag), 0, NS_PER_MS);
    assert_in_range(hist_max(s.w.rec.service), 5 * NS_PER_MS, 5 * NS_PER_MS + 100 * NS_PER_US);
    stage_adds_up(&s);
    stage_close(&s);
}

static int takes_its_time(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    script_pass(100 * NS_PER_US);
    script_answers(e, c, NS_PER_MS);
    return 0;
}

// 6400 requests are due at once and may leave at once, and that takes 0.64 s: no time in which nothing ran.
static void much_to_ask_is_no_pause(void **state)
{
    (void)state;
    struct stage s = stage_of(64, 100);
    s.script.send = takes_its_time;
    s.conf.pipeline_mode = PIPELINE_WINDOW;
    s.conf.rate = 1e9;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 6400, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.rec.counts.ok, 6400);
    assert_int_equal(s.w.pauses, 0);
    stage_adds_up(&s);
    stage_close(&s);
}

// --- what goes wrong ---

static int breaks_in_its_second_answer(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth > 0) {
        script_answers(e, c, 0);
        return 0;
    }
    script_says(e, c, 0, slice_of("+OK\r\n+O"));
    script_closes(e, c, 0, -ECONNRESET);
    return 0;
}

static void what_a_broken_connection_owed_is_given_up_once(void **state)
{
    (void)state;
    struct stage s = stage_of(2, 4);
    s.script.send = breaks_in_its_second_answer;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 40, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.rec.counts.sent, 40);
    assert_int_equal(s.w.rec.counts.ok, 37);
    assert_int_equal(s.w.rec.counts.abandoned, 3);
    assert_int_equal(hist_count(s.w.rec.unfinished), 3);
    assert_int_equal(s.w.lost, 1);
    assert_int_equal(s.w.live, 1);
    assert_string_equal(s.w.err.text, "script:1 broke a connection: Connection reset by peer");
    stage_adds_up(&s);
    stage_close(&s);
}

static int cannot_send(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth == 0)
        return -EPIPE;
    script_answers(e, c, 0);
    return 0;
}

static void what_could_not_be_sent_is_given_up_once(void **state)
{
    (void)state;
    struct stage s = stage_of(2, 4);
    s.script.send = cannot_send;
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 40, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.rec.counts.abandoned, 4);
    assert_int_equal(s.w.rec.counts.ok, 36);
    assert_int_equal(s.w.lost, 1);
    stage_adds_up(&s);
    stage_close(&s);
}

static void error_replies_are_counted_and_the_test_goes_on(void **state)
{
    (void)state;
    static const char *const answers[] = {"+OK\r\n", "-ERR full\r\n", "-LOADING wait\r\n"};
    struct stage s = stage_of(2, 1);
    s.script = (struct script){.answers = answers, .answers_n = 3};
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 60, 0);
    loop_run(&s.w);
    assert_int_equal(s.w.rec.counts.ok, 20);
    assert_int_equal(s.w.rec.counts.errors, 40);
    assert_int_equal(s.w.rec.counts.unexpected, 0);
    assert_int_equal(hist_count(s.w.rec.latency), 20);
    assert_false(crew_flag(&s.crew.halt));
    stage_adds_up(&s);
    stage_close(&s);
}

static void an_unknown_command_halts_the_test(void **state)
{
    (void)state;
    static const char *const answers[] = {"-ERR unknown command 'PING'\r\n"};
    struct stage s = stage_of(3, 2);
    s.script = (struct script){.answers = answers, .answers_n = 1};
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 1000, 0);
    loop_run(&s.w);
    assert_true(s.w.skip);
    assert_true(crew_flag(&s.crew.halt));     // the other workers too
    assert_int_equal(s.w.rec.counts.sent, 6); // what each connection had under way, and it was taken
    assert_int_equal(s.w.rec.counts.errors, 6);
    assert_string_equal(s.w.err.text, "unknown command (the server replied \"ERR unknown command 'PING'\")");
    stage_adds_up(&s);
    stage_close(&s);
}

static const char *garbage;

static int says_garbage(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth == 0)
        script_says(e, c, 0, slice_of(garbage));
    else
        script_answers(e, c, 0);
    return 0;
}

// No RESP, or an answer that nobody asked for: that connection is of no more use, the others are.
static void garbage_costs_one_connection(void **state)
{
    (void)state;
    static const char *const all[] = {"+OK\r\nhello\r\n", "+OK\r\n+OK\r\n+OK\r\n", "+OK\r\n$x\r\n"};
    static const unsigned ok_of[] = {1, 2, 1};
    for (unsigned i = 0; i < 3; i++) {
        struct stage s = stage_of(2, 2);
        garbage = all[i];
        s.script.send = says_garbage;
        stage_open(&s, &stage_ping);
        stage_dial(&s);
        stage_load(&s, 20, 0);
        loop_run(&s.w);
        assert_int_equal(s.w.lost, 1);
        assert_int_equal(s.w.rec.counts.ok, 18 + ok_of[i]);
        assert_int_equal(s.w.rec.counts.abandoned, 2 - ok_of[i]);
        assert_non_null(strstr(s.w.err.text, "script:1 sent invalid RESP: "));
        stage_adds_up(&s);
        stage_close(&s);
    }
}

// Every other send finds the socket full.
static int blocks_at_times(struct engine *e, struct conn *c, unsigned nth)
{
    if (nth % 2) {
        c->blocked = true;
        script_sent(e, c, NS_PER_MS);
    }
    script_answers(e, c, nth % 4 == 3 ? NS_PER_US : 2 * NS_PER_MS); // some answers before all was sent
    return 0;
}

static void asks_no_connection_that_is_still_sending(void **state)
{
    (void)state;
    for (int window = 0; window < 2; window++)
        for (int open = 0; open < 2; open++) {
            struct stage s = stage_of(3, 4);
            s.script = (struct script){.send = blocks_at_times};
            s.conf.pipeline_mode = window ? PIPELINE_WINDOW : PIPELINE_BATCH;
            s.conf.rate = open ? 100000 : 0;
            stage_open(&s, &stage_ping);
            stage_dial(&s);
            stage_load(&s, 200, 0);
            loop_run(&s.w);
            assert_int_equal(s.w.rec.counts.ok, 200);
            assert_int_equal(s.script.misused, 0); // a send on one that is blocked would be
            assert_in_range(s.script.most, 1, 4);
            stage_adds_up(&s);
            stage_close(&s);
        }
}

static void an_engine_that_breaks_ends_the_loop(void **state)
{
    (void)state;
    struct stage s = stage_of(2, 2);
    stage_open(&s, &stage_ping);
    stage_dial(&s);
    stage_load(&s, 100, 0);
    s.script.broken = -EIO;
    loop_run(&s.w);
    assert_int_equal(s.script.turns, 3); // two of the dialling
    assert_string_equal(s.w.err.text, "waiting for the network failed: Input/output error");
    stage_close(&s);
}

// --- the crew's flags ---

static void raises_a_flag(struct engine *e)
{
    if (e->script->sends >= 20)
        atomic_store((atomic_bool *)e->script->ctx, true);
}

// stop leaves what is outstanding; halt and enough take the answers to it, and ask no more.
static void flags_end_the_loop(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct stage s = stage_of(4, 2);
        atomic_bool *flags[] = {&s.crew.stop, &s.crew.halt, &s.crew.enough};
        s.script = (struct script){.takes_ns = NS_PER_S, .turn = raises_a_flag, .ctx = flags[i]};
        stage_open(&s, &stage_ping);
        stage_dial(&s);
        stage_load(&s, UINT64_MAX, 1000 * NS_PER_S);
        loop_run(&s.w);
        assert_int_equal(s.w.rec.counts.sent, 40);
        assert_int_equal(s.w.outstanding, i == 0 ? 8 : 0);
        assert_false(s.w.stalled);
        stage_adds_up(&s);
        stage_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_cut_anywhere_count_the_same),
        cmocka_unit_test(answers_byte_by_byte_count_the_same),
        cmocka_unit_test(never_has_more_outstanding_than_the_depth),
        cmocka_unit_test(what_finds_no_free_connection_waits_and_is_not_lost),
        cmocka_unit_test(much_to_ask_is_no_pause),
        cmocka_unit_test(what_a_broken_connection_owed_is_given_up_once),
        cmocka_unit_test(what_could_not_be_sent_is_given_up_once),
        cmocka_unit_test(error_replies_are_counted_and_the_test_goes_on),
        cmocka_unit_test(an_unknown_command_halts_the_test),
        cmocka_unit_test(garbage_costs_one_connection),
        cmocka_unit_test(asks_no_connection_that_is_still_sending),
        cmocka_unit_test(an_engine_that_breaks_ends_the_loop),
        cmocka_unit_test(flags_end_the_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
