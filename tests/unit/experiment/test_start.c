// SPDX-License-Identifier: MIT
#include "experiment/start.h"

#include "base/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOUR_NS (3600 * NS_PER_S)

static void nobody_is_waited_for_without_a_moment(void **state)
{
    (void)state;
    struct start s = {0};
    struct stopper stop = {.fd = -1};
    struct err err = {0};
    uint64_t at_ns = 0;
    assert_int_equal(start_ready(&s, &stop, &at_ns, &err), 0);
    assert_false(s.past);
}

static void the_moment_is_named_by_our_clock(void **state)
{
    (void)state;
    struct start s = {.at_ns = clock_real_ns() + 20 * NS_PER_MS};
    struct stopper stop = {.fd = -1};
    struct err err = {0};
    uint64_t at_ns = 0;
    assert_int_equal(start_ready(&s, &stop, &at_ns, &err), 0);
    uint64_t named_ns = at_ns + (clock_real_ns() - clock_ns()); // the moment by the other clock
    assert_in_range(named_ns, s.at_ns - 10 * NS_PER_MS, s.at_ns + 10 * NS_PER_MS);
    assert_true(s.past);
}

// Only the first test has a moment: these would wait for an hour.
static void later_tests_begin_at_once(void **state)
{
    (void)state;
    struct start s = {.at_ns = clock_real_ns() + HOUR_NS, .past = true};
    struct stopper stop = {.fd = -1};
    struct err err = {0};
    uint64_t at_ns = 0;
    assert_int_equal(start_ready(&s, &stop, &at_ns, &err), 0);
    assert_int_equal(at_ns, 0);
}

static void a_signal_ends_the_wait(void **state)
{
    (void)state;
    struct start s = {.at_ns = clock_real_ns() + HOUR_NS};
    struct stopper stop = {.fd = -1, .signal = SIGINT};
    struct err err = {0};
    uint64_t at_ns = 0;
    assert_int_equal(start_ready(&s, &stop, &at_ns, &err), 0);
    assert_int_equal(at_ns, 0);
}

static void a_moment_that_has_passed_is_now(void **state)
{
    (void)state;
    struct start s = {.at_ns = clock_real_ns() - HOUR_NS};
    struct stopper stop = {.fd = -1};
    struct err err = {0};
    uint64_t at_ns = 0;
    assert_int_equal(start_ready(&s, &stop, &at_ns, &err), 0);
    assert_int_equal(at_ns, 0);
    assert_true(s.past);
}

// The window that is measured begins behind the warm-up, which began at the moment.
static void lateness_is_that_of_the_warm_up(void **state)
{
    (void)state;
    struct start s = {.at_ns = clock_real_ns() - 2 * HOUR_NS};
    struct summary first = {.start_ns = clock_ns(), .warmup_ns = HOUR_NS};
    int64_t late_ns = start_late_ns(&s, &first), hour_ns = (int64_t)HOUR_NS;
    assert_in_range(late_ns, hour_ns, hour_ns + 60 * (int64_t)NS_PER_S);
    s.at_ns += 2 * HOUR_NS; // too early by the warm-up that it had
    assert_true(start_late_ns(&s, &first) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_waited_for_without_a_moment),
        cmocka_unit_test(the_moment_is_named_by_our_clock),
        cmocka_unit_test(later_tests_begin_at_once),
        cmocka_unit_test(a_signal_ends_the_wait),
        cmocka_unit_test(a_moment_that_has_passed_is_now),
        cmocka_unit_test(lateness_is_that_of_the_warm_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
