// SPDX-License-Identifier: MIT
// What is done around the slots of a comparison: commands that are no load, and what is learned of a test.
#include "experiment/compare_test.h"

#include "experiment/restart.h"

#include "served.h"

#include <signal.h>
#include <unistd.h>

static void a_question_is_the_row_or_the_target_s_own_command(void **state)
{
    (void)state;
    struct slice words[] = {slice_of("GET"), slice_of("k")};
    x.conf.each[1].workload.command = (struct words){.at = words, .n = 2};
    assert_ptr_equal(compare_test_question(&x.c, 1).row, x.c.row);
    x.c.row = NULL;
    struct question q = compare_test_question(&x.c, 1);
    assert_null(q.row);
    assert_ptr_equal(q.command.at, words);
    assert_int_equal(compare_test_question(&x.c, 0).command.n, 0);
}

// --- commands of the shell ---

static void a_command_finds_the_target_s_name(void **state)
{
    (void)state;
    x.conf.each[0].name = "first one";
    x.conf.each[1].name = "b";
    assert_int_equal(compare_test_shell(&x.c, 0, "--fresh", "test \"$HKV_TARGET\" = 'first one'", &err), 0);
    assert_int_equal(compare_test_shell(&x.c, 1, "--fresh", "test \"$HKV_TARGET\" = b", &err), 0);
    assert_int_equal(err.code, ERR_NONE);
}

static void a_command_that_fails_is_told_with_its_option_and_target(void **state)
{
    (void)state;
    x.conf.each[1].name = "b";
    assert_int_equal(compare_test_shell(&x.c, 1, "--fresh", "exit 3", &err), -1);
    assert_int_equal(err.code, ERR_RUN);
    assert_string_equal(err.text, "the command of --fresh failed for b: exit code 3");
}

// --- one word to a server ---

static unsigned ends;

static void count_end(void *ctx, const char *target, const struct summary *s)
{
    (void)ctx;
    (void)target;
    (void)s;
    ends++;
}

// It is no result: nobody is told of it, and nothing of it stays but an answer.
static void a_word_is_asked_once_and_is_no_result(void **state)
{
    (void)state;
    open_target(0, served_workload(), NULL);
    struct run_conf before = x.conf.each[0].workload.run;
    ends = 0;
    x.session.watch.ended = count_end;
    x.servers[0].calibrate = true;
    int64_t asked = probe_of(0).commands;
    assert_int_equal(compare_test_ask(&x.c, 0, "PING", &err), 0);
    assert_int_equal(probe_of(0).commands - asked, 2); // and the INFO that counts it
    assert_int_equal(ends, 0);
    assert_true(x.servers[0].calibrate);
    assert_ptr_equal(x.servers[0].watch, &x.session.watch);
    assert_memory_equal(&before, &x.conf.each[0].workload.run, sizeof before);
}

static void a_word_that_a_server_does_not_know_is_told(void **state)
{
    (void)state;
    open_target(0, served_workload(), NULL);
    assert_int_equal(compare_test_ask(&x.c, 0, "FROBNICATE", &err), -1);
    assert_int_equal(err.code, ERR_RUN);
    assert_true(strncmp(err.text, "a does not support FROBNICATE: ", 31) == 0 && strlen(err.text) > 31);
    assert_true(x.servers[0].watch == &x.session.watch);
    assert_int_equal(compare_test_ask(&x.c, 0, "PING", &err), 0); // as if nothing had been
}

static void a_server_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct workload w = null_workload("get");
    w.run.engine = ENGINE_EPOLL;
    open_target(0, w, NULL); // port 1
    x.servers[0].calibrate = true;
    assert_int_equal(compare_test_ask(&x.c, 0, "PING", &err), -1);
    assert_int_equal(err.code, ERR_CONNECT);
    assert_true(x.servers[0].calibrate);
    assert_ptr_equal(x.servers[0].watch, &x.session.watch);
}

// --- before a slot ---

static void nothing_is_done_where_nothing_is_asked_for(void **state)
{
    (void)state;
    open_target(0, served_workload(), NULL);
    write_keys(0, 10, 0);
    x.conf.fresh_command = "exit 3";
    assert_int_equal(compare_test_freshen(&x.c, 0, &err), 0);
    assert_int_equal(probe_of(0).keys, 1);
}

static void a_command_freshens_the_target_whose_turn_it_is(void **state)
{
    (void)state;
    x.conf.each[0].name = "a";
    x.conf.each[1].name = "b";
    x.conf.fresh = COMPARE_FRESH_COMMAND;
    x.conf.fresh_command = "test $HKV_TARGET = b";
    assert_int_equal(compare_test_freshen(&x.c, 1, &err), 0);
    assert_int_equal(compare_test_freshen(&x.c, 0, &err), -1);
    assert_string_equal(err.text, "the command of --fresh failed for a: exit code 1");
}

// Whatever the load is: of messages, of connections alone, of commands that are sent again, with a rate, by
// time, or only a share of it that this process makes.
static struct run_conf load_of(const struct run_conf *plain, unsigned i)
{
    struct run_conf loads[] = {*plain, *plain, *plain, *plain, *plain, *plain, *plain};
    loads[1].delivery = DELIVERY_LIST;
    loads[1].consumers = loads[1].queues = 1;
    loads[2].connect_only = true;
    loads[2].keepalive = false;
    loads[3].retries = 3;
    loads[4].rate = 1000;
    loads[4].requests = 0;
    loads[4].duration_ns = 3600 * NS_PER_S;
    loads[4].warmup_ns = 3600 * NS_PER_S;
    loads[5].part = 1;
    loads[5].parts = loads[5].threads = loads[5].clients = 2;
    loads[6].timeout_ns = 1;
    loads[6].pipeline = 16;
    return loads[i];
}

static void a_flush_empties_the_server_under_any_load(void **state)
{
    (void)state;
    open_target(0, served_workload(), NULL);
    const struct run_conf plain = x.conf.each[0].workload.run;
    x.conf.fresh = COMPARE_FRESH_FLUSH;
    for (unsigned i = 0; i < 7; i++) {
        x.conf.each[0].workload.run = plain;
        write_keys(0, 10, 0);
        assert_int_equal(probe_of(0).keys, 1);
        x.conf.each[0].workload.run = load_of(&plain, i);
        if (compare_test_freshen(&x.c, 0, &err) < 0)
            fail_msg("load %u: %s", i, err.text);
        assert_true(probe_of(0).keys <= 0);
    }
}

// --- what is learned ---

static void the_first_trial_says_what_the_test_is(void **state)
{
    (void)state;
    struct load first = {.clients = 7}, second = {.clients = 8};
    x.comparison.title = strdup("as it was called before");
    compare_test_learn(&x.c, "get", "GET", &first);
    compare_test_learn(&x.c, "set", "SET", &second);
    assert_string_equal(x.comparison.test, "get");
    assert_string_equal(x.comparison.title, "GET");
    assert_int_equal(x.comparison.load.clients, 7);
}

static void a_test_that_drops_out_says_for_whom_and_why(void **state)
{
    (void)state;
    char name[400], why[400];
    x.conf.each[1].name = "b";
    compare_test_leave_out(&x.c, 1, "ERR unknown command");
    assert_string_equal(x.comparison.note, "left out for all: b: ERR unknown command");
    memset(name, 'n', sizeof name);
    memset(why, 'w', sizeof why);
    name[sizeof name - 1] = why[sizeof why - 1] = 0;
    x.conf.each[1].name = name;
    compare_test_leave_out(&x.c, 1, why);
    assert_int_equal(strlen(x.comparison.note), sizeof x.comparison.note - 1);
}

// --- started anew ---

static void a_target_that_was_restarted_has_lost_what_it_held(void **state)
{
    (void)state;
    open_target(0, served_workload(), NULL);
    open_target(1, served_workload(), NULL);
    x.conf.restart_command = "test $HKV_TARGET = b";
    assert_int_equal(restart_target(&x.c, 1, &err), 0);
    assert_true(x.c.refill[1]);
    assert_false(x.c.refill[0]);
    assert_int_equal(restart_target(&x.c, 0, &err), -1);
    assert_string_equal(err.text, "the command of --restart failed for a: exit code 1");
    assert_true(x.c.refill[0]); // nobody knows how far the command came
}

// It is ready once it has answered, which a connection alone is not.
static void it_is_ready_once_it_answers_under_any_load(void **state)
{
    (void)state;
    open_target(0, served_workload(), NULL);
    const struct run_conf plain = x.conf.each[0].workload.run;
    x.conf.restart_command = "true";
    for (unsigned i = 0; i < 7; i++) {
        x.conf.each[0].workload.run = load_of(&plain, i);
        int64_t asked = probe_of(0).commands;
        assert_int_equal(restart_target(&x.c, 0, &err), 0);
        assert_int_equal(probe_of(0).commands - asked, 2); // PING and INFO
        assert_true(probe_of(0).keys <= 0);
    }
}

static void a_signal_ends_the_wait_for_a_server(void **state)
{
    (void)state;
    struct workload w = null_workload("get");
    w.run.engine = ENGINE_EPOLL;
    open_target(0, w, NULL); // nobody will ever be there
    x.conf.restart_command = "true";
    x.session.stop.signal = SIGINT;
    assert_int_equal(restart_target(&x.c, 0, &err), -1);
    assert_int_equal(err.code, ERR_RUN);
    assert_non_null(strstr(err.text, "interrupted"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_question_is_the_row_or_the_target_s_own_command),
        TEST(a_command_finds_the_target_s_name),
        TEST(a_command_that_fails_is_told_with_its_option_and_target),
        TEST(a_word_is_asked_once_and_is_no_result),
        TEST(a_word_that_a_server_does_not_know_is_told),
        TEST(a_server_that_is_not_there_is_told),
        TEST(nothing_is_done_where_nothing_is_asked_for),
        TEST(a_command_freshens_the_target_whose_turn_it_is),
        TEST(a_flush_empties_the_server_under_any_load),
        TEST(the_first_trial_says_what_the_test_is),
        TEST(a_test_that_drops_out_says_for_whom_and_why),
        TEST(a_target_that_was_restarted_has_lost_what_it_held),
        TEST(it_is_ready_once_it_answers_under_any_load),
        TEST(a_signal_ends_the_wait_for_a_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
