// SPDX-License-Identifier: MIT
#include "experiment/session.h"

#include "base/clock.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static void count(void *ctx, const char *sentence)
{
    unsigned *told = ctx;
    assert_true(sentence[0] != 0);
    (*told)++;
}

static void what_never_began_closes_no_descriptor_of_others(void **state)
{
    (void)state;
    struct session s = {0};
    session_begin(&s, count, NULL);
    session_close(&s);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
}

static void what_is_known_of_it_stays_when_it_starts(void **state)
{
    (void)state;
    struct session s = {.facts = {.argc = 3, .seed = 7}};
    session_begin(&s, count, NULL);
    session_start(&s);
    assert_int_equal(s.facts.argc, 3);
    assert_int_equal(s.facts.seed, 7);
    assert_ptr_equal(s.facts.host, &s.host);
    assert_null(s.facts.host_end);
    assert_true(s.facts.started_unix_ms > 0);
    session_see_host_again(&s);
    assert_ptr_equal(s.facts.host_end, &s.host_end);
}

static void a_signal_makes_the_code_and_the_facts_and_is_told_once(void **state)
{
    (void)state;
    struct session s = {0};
    unsigned told = 0;
    session_begin(&s, count, &told);
    s.stop.signal = SIGINT;
    session_settle(&s, true);
    session_settle(&s, false);
    assert_true(s.facts.interrupted);
    assert_int_equal(s.facts.exit_code, 130);
    assert_int_equal(told, 1);
}

static void without_a_signal_nothing_is_told(void **state)
{
    (void)state;
    struct session s = {0};
    unsigned told = 0;
    session_begin(&s, count, &told);
    session_settle(&s, true);
    assert_false(s.facts.interrupted);
    assert_int_equal(s.facts.exit_code, 0);
    assert_int_equal(told, 0);
}

static void time_counts_from_its_start(void **state)
{
    (void)state;
    struct session s = {0};
    session_begin(&s, count, NULL);
    session_start(&s);
    double first_s = session_now_s(&s);
    session_pause(&s, 20 * NS_PER_MS);
    double then_s = session_now_s(&s);
    assert_true(first_s >= 0 && then_s - first_s >= 0.019);
    s.started_ns -= 10 * NS_PER_S;
    assert_true(session_now_s(&s) >= 10);
}

// These would be an hour each.
static void nobody_pauses_after_a_signal_nor_for_nothing(void **state)
{
    (void)state;
    struct session s = {0};
    session_begin(&s, count, NULL);
    session_start(&s);
    session_pause(&s, 0);
    s.stop.signal = SIGTERM;
    session_pause(&s, 3600 * NS_PER_S);
    assert_true(session_now_s(&s) < 3600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_never_began_closes_no_descriptor_of_others),
        cmocka_unit_test(what_is_known_of_it_stays_when_it_starts),
        cmocka_unit_test(a_signal_makes_the_code_and_the_facts_and_is_told_once),
        cmocka_unit_test(without_a_signal_nothing_is_told),
        cmocka_unit_test(time_counts_from_its_start),
        cmocka_unit_test(nobody_pauses_after_a_signal_nor_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
