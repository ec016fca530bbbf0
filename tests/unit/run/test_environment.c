// SPDX-License-Identifier: MIT
// Two looks at a machine and a server, and what they say of the test between them.
#include "run/environment.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static struct run_conf conf;
static struct plan plan = {.conf = &conf, .workers = 1};
static struct environment before, after;

// 10 s apart, of a server somewhere else that told all it knows.
static int two_looks(void **state)
{
    (void)state;
    conf = (struct run_conf){.cpus = {.n = 2, .at = {0, 1}}};
    before = (struct environment){.at_ns = 100 * NS_PER_S,
                                  .stolen = 50,
                                  .ticks = 1000,
                                  .throttled = 3,
                                  .probe = {.answered = true,
                                            .cpu_s = 7,
                                            .cpu_main_s = 5,
                                            .pid = INT32_MAX,
                                            .commands = 1000,
                                            .evicted = 10,
                                            .last_save = 5000}};
    after = before;
    after.at_ns += 10 * NS_PER_S;
    return 0;
}

static struct signals between(void)
{
    struct signals s = {0};
    environment_signals(&s, &before, &after, &plan);
    return s;
}

static void a_quiet_test_says_nothing(void **state)
{
    (void)state;
    struct signals s = between();
    assert_true(s.asked && s.cpu_known && !s.local && !s.aof && !s.saved);
    assert_true(s.steal == 0 && s.throttled == 0 && s.server_cores == 0 && s.server_thread == 0);
    assert_true(s.evicted == 0 && s.commands == 0 && s.shared_cpus == 0);
    assert_int_equal(s.cpus, 2);
}

static void what_the_machine_took(void **state)
{
    (void)state;
    after.stolen += 30;
    after.ticks += 2000;
    after.throttled += 4;
    struct signals s = between();
    assert_true(s.steal == 0.015);
    assert_int_equal(s.throttled, 4);
}

static void what_the_server_used_by_its_own_word(void **state)
{
    (void)state;
    after.probe.cpu_s = 22;      // 15 s in 10
    after.probe.cpu_main_s = 14; // of them, 9
    struct signals s = between();
    assert_true(s.server_cores == 1.5 && s.server_thread == 0.9);
    before.probe.cpu_main_s = -1; // older ones do not tell
    s = between();
    assert_true(s.server_cores == 1.5 && s.server_thread == 0);
}

static void without_its_word_nothing_is_known(void **state)
{
    (void)state;
    after.probe.cpu_s = -1;
    assert_false(between().cpu_known);
    after.probe =
        (struct probe){.answered = false, .cpu_s = -1, .commands = -1, .evicted = -1, .last_save = -1};
    struct signals s = between();
    assert_false(s.asked || s.saved);
    assert_true(s.commands == 0 && s.evicted == 0);
}

// The kernel knows better, if it is the same process: then it has used as much by both.
static void a_server_of_this_machine_is_looked_at(void **state)
{
    (void)state;
    before.server = (struct process){2, {{1, 0, 0}, {2, 0, 0}}};
    after.server = (struct process){2, {{1, 8 * NS_PER_S, NS_PER_S}, {2, 2 * NS_PER_S, 0}}};
    after.probe.cpu_s = before.probe.cpu_s + 10;
    struct signals s = between();
    assert_true(s.local);
    assert_true(s.server_thread == 0.8 && s.server_queued == 0.1);
    after.probe.cpu_s = before.probe.cpu_s + 5; // the pid of another container is somebody else's here
    s = between();
    assert_false(s.local);
    assert_true(s.server_queued == 0);
}

static void what_it_did_meanwhile(void **state)
{
    (void)state;
    before.probe.asked = 1;
    after.probe.commands = 1501;
    after.probe.evicted = 17;
    struct signals s = between();
    assert_int_equal(s.commands, 500); // its own INFO is none of the load
    assert_int_equal(s.evicted, 7);
    after.probe.commands = 900; // CONFIG RESETSTAT
    after.probe.evicted = 0;
    s = between();
    assert_int_equal(s.commands, 0);
    assert_int_equal(s.evicted, 0);
}

static void a_snapshot_or_an_append_only_file(void **state)
{
    (void)state;
    after.probe.last_save = 5001;
    assert_true(between().saved);
    after.probe.pid = 7; // another process: it says that it saved when it began
    assert_false(between().saved);
    after.probe.saving = 1;
    assert_true(between().saved);
    before.probe.aof = 1;
    assert_true(between().aof);
}

static void a_server_in_this_process_is_one_thread(void **state)
{
    (void)state;
    before.probe.pid = after.probe.pid = getpid();
    before.probe.cpu_main_s = after.probe.cpu_main_s = -1;
    after.probe.cpu_s = before.probe.cpu_s + 4;
    struct signals s = between();
    assert_false(s.local);
    assert_true(s.server_cores == 0.4 && s.server_thread == 0.4);
}

#define TEST(f) cmocka_unit_test_setup(f, two_looks)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_quiet_test_says_nothing),
        TEST(what_the_machine_took),
        TEST(what_the_server_used_by_its_own_word),
        TEST(without_its_word_nothing_is_known),
        TEST(a_server_of_this_machine_is_looked_at),
        TEST(what_it_did_meanwhile),
        TEST(a_snapshot_or_an_append_only_file),
        TEST(a_server_in_this_process_is_one_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
