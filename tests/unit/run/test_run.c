// SPDX-License-Identifier: MIT
// A whole test with its threads, whose engines follow one script.
#include "run/run.h"

#include "stage.h"

#include <errno.h>
#include <signal.h>

struct show {
    struct stage s;
    struct stopper stop;
    struct summary sum;
};

static int run_show(struct show *w, const struct test *row)
{
    static const struct watcher nobody = {0};
    stage_plan(&w->s, row);
    assert_int_equal(stopper_open(&w->stop), 0);
    // in brackets: cmocka has a macro of that name
    int rc = (run_test)(&w->s.plan, &w->stop, &nobody, &w->sum, &w->s.err);
    stopper_close(&w->stop);
    assert_int_equal(w->s.script.misused, 0);
    return rc;
}

static void end_show(struct show *w)
{
    summary_free(&w->sum);
    plan_reset(&w->s.plan);
    script_end();
}

static void the_count_is_exact_whatever_the_workers(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads++)
        for (int window = 0; window < 2; window++) {
            struct show w = {.s = stage_of(7, 4)};
            w.s.conf.threads = threads;
            w.s.conf.requests = 1001;
            w.s.conf.pipeline_mode = window ? PIPELINE_WINDOW : PIPELINE_BATCH;
            assert_int_equal(run_show(&w, &stage_ping), 0);
            assert_int_equal(w.s.script.asks, 1001);
            assert_int_equal(w.sum.counts.sent, 1001);
            assert_int_equal(w.sum.counts.ok, 1001);
            assert_int_equal(hist_count(w.sum.latency), 1001);
            assert_int_equal(w.sum.ending, ENDING_DONE);
            assert_string_equal(w.sum.note, "");
            uint64_t answered = 0;
            for (unsigned i = 0; i < threads; i++)
                answered += w.sum.shares[i].answered;
            assert_int_equal(answered, 1001);
            end_show(&w);
        }
}

static void an_unknown_command_skips_the_test(void **state)
{
    (void)state;
    static const char *const answers[] = {"-ERR unknown command 'PING'\r\n"};
    struct show w = {.s = stage_of(4, 1)};
    w.s.conf.threads = 2;
    w.s.conf.requests = 1000000;
    w.s.script = (struct script){.answers = answers, .answers_n = 1};
    assert_int_equal(run_show(&w, &stage_ping), 0);
    assert_int_equal(w.sum.ending, ENDING_SKIPPED);
    assert_true(w.sum.counts.ok == 0 && w.sum.counts.errors < 1000000);
    assert_non_null(strstr(w.sum.note, "unknown command (the server"));
    end_show(&w);
}

// All that a connection says after its fifth request is nothing, a break, or half of a reply and a break.
static int fails_after_five(struct engine *e, struct conn *c, unsigned nth)
{
    const int *how = e->script->ctx;
    if (nth < 5)
        script_answers(e, c, NS_PER_MS);
    else if (*how > 0)
        script_closes(e, c, NS_PER_MS, *how == 1 ? 0 : -ECONNRESET);
    return 0;
}

static void what_ended_it_early_is_told(void **state)
{
    (void)state;
    static const enum ending endings[] = {ENDING_STALLED, ENDING_LOST, ENDING_LOST};
    static const char *const notes[] = {
        "script:1 did not reply for 5 s: 2 requests unanswered",
        "2 of 2 connections lost: script:1 closed a connection",
        "2 of 2 connections lost: script:1 broke a connection: Connection reset by peer"};
    for (int how = 0; how < 3; how++) {
        struct show w = {.s = stage_of(2, 1)};
        w.s.conf.requests = 100;
        w.s.script = (struct script){.send = fails_after_five, .ctx = &how};
        assert_int_equal(run_show(&w, &stage_ping), 0);
        assert_int_equal(w.sum.ending, endings[how]);
        assert_string_equal(w.sum.note, notes[how]);
        assert_int_equal(w.sum.counts.ok, 5);
        assert_int_equal(w.sum.counts.abandoned, 2);
        assert_int_equal(w.sum.lost, how ? 2 : 0);
        end_show(&w);
    }
}

// A grace period of an hour has no exponent.
static void a_long_silence_is_told_in_seconds(void **state)
{
    (void)state;
    int how = 0;
    struct show w = {.s = stage_of(2, 1)};
    w.s.conf.requests = 100;
    w.s.conf.grace_ns = 3600 * NS_PER_S;
    w.s.script = (struct script){.send = fails_after_five, .ctx = &how};
    assert_int_equal(run_show(&w, &stage_ping), 0);
    assert_string_equal(w.sum.note, "script:1 did not reply for 3600 s: 2 requests unanswered");
    end_show(&w);
}

// Whatever a phase asks, an engine without a server answers as one would.
static void without_a_server_each_phase_has_its_answers(void **state)
{
    (void)state;
    static const struct test set = {
        .names = "set", .title = "SET", .command = "SET k:__rand_int__ __data__", .reply = "+"};
    static const struct watcher nobody = {0};
    for (int cleans = 0; cleans < 2; cleans++) {
        struct show w = {.s = stage_of(3, 4)};
        w.s.conf.keyspace = 50;
        w.s.conf.requests = 120;
        w.s.conf.prefill = !cleans;
        w.s.conf.upkeep = cleans ? UPKEEP_CLEAN : UPKEEP_NONE;
        stage_plan(&w.s, cleans ? &set : &stage_get);
        w.s.target.engine = &engine_null;
        assert_int_equal(stopper_open(&w.stop), 0);
        assert_int_equal((run_test)(&w.s.plan, &w.stop, &nobody, &w.sum, &w.s.err), 0);
        stopper_close(&w.stop);
        assert_string_equal(w.sum.note, "");
        assert_int_equal(w.sum.counts.errors, 0);
        assert_int_equal(w.sum.counts.ok, cleans ? 50 : 120);
        assert_int_equal(w.sum.counts.hits, cleans ? 50 : 120);
        assert_int_equal(w.sum.prefilled, 50);
        end_show(&w);
    }
}

static void what_is_unanswered_after_the_end_is_told(void **state)
{
    (void)state;
    int how = 0;
    struct show w = {.s = stage_of(2, 1)};
    w.s.conf.duration_ns = NS_PER_S;
    w.s.script = (struct script){.send = fails_after_five, .ctx = &how};
    assert_int_equal(run_show(&w, &stage_ping), 0);
    assert_int_equal(w.sum.counts.ok, 5);
    assert_int_equal(counts_unanswered(&w.sum.counts), 2);
    assert_int_equal(w.sum.ending, ENDING_STALLED);
    end_show(&w);
}

static void interrupts(struct engine *e)
{
    atomic_bool *sent = e->script->ctx;
    if (e->script->sends >= 1000 && !atomic_exchange(sent, true))
        kill(getpid(), SIGINT);
}

// Two threads go on for ever, until the first of them was interrupted.
static void an_interrupted_run_is_summed_up(void **state)
{
    (void)state;
    atomic_bool sent = false;
    struct show w = {.s = stage_of(4, 2)};
    w.s.conf.threads = 2;
    w.s.conf.requests = UINT32_MAX;
    w.s.script = (struct script){.takes_ns = NS_PER_US, .turn = interrupts, .ctx = &sent};
    assert_int_equal(run_show(&w, &stage_ping), 0);
    const struct counts *c = &w.sum.counts;
    assert_int_equal(w.sum.ending, ENDING_INTERRUPTED);
    assert_string_equal(w.sum.note, "interrupted: partial results");
    assert_int_equal(c->sent, w.s.script.asks);
    assert_int_equal(c->ok + c->abandoned, c->sent);
    assert_in_range(c->abandoned, 0, 8);
    end_show(&w);
}

static int refuses_all(struct engine *e, struct conn *c, unsigned nth)
{
    (void)nth;
    script_closes(e, c, 0, -ECONNREFUSED);
    return 0;
}

static void without_a_connection_there_is_no_result(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 2; threads++) {
        struct show w = {.s = stage_of(4, 1)};
        w.s.conf.threads = threads;
        w.s.conf.requests = 10;
        w.s.script.dial = refuses_all;
        assert_int_equal(run_show(&w, &stage_ping), -1);
        assert_int_equal(w.s.err.code, ERR_CONNECT);
        assert_string_equal(w.s.err.text, "cannot connect to script:1: Connection refused");
        end_show(&w);
    }
}

static void a_refused_password_is_no_connection(void **state)
{
    (void)state;
    struct show w = {.s = stage_of(4, 1)};
    w.s.conf.threads = 2;
    w.s.conf.requests = 10;
    w.s.conf.password = "secret";
    w.s.script.setup = "-WRONGPASS no\r\n";
    assert_int_equal(run_show(&w, &stage_ping), -1);
    assert_int_equal(w.s.err.code, ERR_CONNECT);
    assert_string_equal(w.s.err.text, "script:1 refused a connection: \"WRONGPASS no\"");
    end_show(&w);
}

static void a_refused_engine_may_be_replaced(void **state)
{
    (void)state;
    struct show w = {.s = stage_of(4, 1)};
    w.s.conf.threads = 2;
    w.s.conf.requests = 10;
    w.s.script.opening = -EPERM;
    assert_int_equal(run_show(&w, &stage_ping), RUN_REFUSED);
    assert_int_equal(w.s.script.dials, 0);
    end_show(&w);
}

// Idle connections: one is lost, and another within what is "together"; a third, much later, is not waited
// for.
static int stands_for_a_while(struct engine *e, struct conn *c, unsigned nth)
{
    script_opens(e, c, 0);
    if (nth < 3)
        script_closes(e, c, NS_PER_S + nth * nth * 400 * NS_PER_MS, 0);
    return 0;
}

static void idle_connections_lost_together_are_counted_together(void **state)
{
    (void)state;
    struct show w = {.s = stage_of(5, 1)};
    static const struct watcher nobody = {0};
    struct stage *s = &w.s;
    s->script.dial = stands_for_a_while;
    stage_plan(s, &stage_ping);
    plan_reset(&s->plan);
    assert_int_equal(plan_idle(&s->plan, &s->conf, &s->target, &s->err), 0);
    assert_int_equal(stopper_open(&w.stop), 0);
    assert_int_equal((run_test)(&s->plan, &w.stop, &nobody, &w.sum, &s->err), 0);
    stopper_close(&w.stop);
    assert_int_equal(w.sum.lost, 2);
    assert_int_equal(s->script.sends, 0);
    assert_string_equal(w.sum.note, "2 of 5 connections lost: script:1 closed a connection");
    end_show(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_count_is_exact_whatever_the_workers),
        cmocka_unit_test(an_unknown_command_skips_the_test),
        cmocka_unit_test(what_ended_it_early_is_told),
        cmocka_unit_test(a_long_silence_is_told_in_seconds),
        cmocka_unit_test(without_a_server_each_phase_has_its_answers),
        cmocka_unit_test(what_is_unanswered_after_the_end_is_told),
        cmocka_unit_test(an_interrupted_run_is_summed_up),
        cmocka_unit_test(without_a_connection_there_is_no_result),
        cmocka_unit_test(a_refused_password_is_no_connection),
        cmocka_unit_test(a_refused_engine_may_be_replaced),
        cmocka_unit_test(idle_connections_lost_together_are_counted_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
