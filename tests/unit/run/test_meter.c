// SPDX-License-Identifier: MIT
#include "run/meter.h"

#include "base/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define START UINT64_C(5000000000)

static void assert_rates(const struct meter *m, double mean, double now)
{
    assert_true(fabs(m->mean - mean) < 1e-6);
    assert_true(fabs(m->now - now) < 1e-6);
}

// 1000 a second from the start on, first seen 1 ms or 249 ms after it.
static void the_first_look_divides_by_the_time_since_the_start(void **state)
{
    (void)state;
    for (uint64_t ms = 1; ms < 250; ms += 124) {
        struct meter m = {0};
        meter_add(&m, START, START + ms * NS_PER_MS, ms);
        assert_rates(&m, 1000, 1000);
    }
}

// Four seconds at 1000 a second, then two of silence, looked at four times a second.
static void the_last_second_is_told_apart_from_the_mean(void **state)
{
    (void)state;
    struct meter m = {0};
    for (uint64_t ms = 250; ms <= 4000; ms += 250)
        meter_add(&m, START, START + ms * NS_PER_MS, ms);
    assert_rates(&m, 1000, 1000);
    meter_add(&m, START, START + 4500 * NS_PER_MS, 4000);
    assert_rates(&m, 4000 / 4.5, 1000.0 * 500 / 1000);
    meter_add(&m, START, START + 6000 * NS_PER_MS, 4000);
    assert_rates(&m, 4000 / 6.0, 0);
}

static void another_phase_begins_anew(void **state)
{
    (void)state;
    struct meter m = {0};
    meter_add(&m, START, START + NS_PER_S, 70000);
    meter_add(&m, START + 2 * NS_PER_S, START + 2 * NS_PER_S, 0);
    assert_rates(&m, 0, 0);
    meter_add(&m, START + 2 * NS_PER_S, START + 2 * NS_PER_S + 250 * NS_PER_MS, 25);
    assert_rates(&m, 100, 100);
}

// A worker sets its count to nothing before the others have ended the phase.
static void a_count_that_falls_changes_nothing(void **state)
{
    (void)state;
    struct meter m = {0};
    meter_add(&m, START, START + NS_PER_S, 1000);
    meter_add(&m, START, START + 2 * NS_PER_S, 500);
    assert_rates(&m, 1000, 1000);
    meter_add(&m, START, START + NS_PER_S, 2000); // of no later time
    assert_rates(&m, 1000, 1000);
}

// Many threads that end wake the looker many times at once.
static void looks_in_quick_succession_keep_the_last_second(void **state)
{
    (void)state;
    struct meter m = {0};
    for (uint64_t ms = 250; ms <= 2000; ms += 250)
        meter_add(&m, START, START + ms * NS_PER_MS, ms);
    for (uint64_t us = 1; us <= 100; us++)
        meter_add(&m, START, START + 2000 * NS_PER_MS + us * NS_PER_US, 2000 + us);
    assert_true(m.now > 1000 && m.now < 1200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_look_divides_by_the_time_since_the_start),
        cmocka_unit_test(the_last_second_is_told_apart_from_the_mean),
        cmocka_unit_test(another_phase_begins_anew),
        cmocka_unit_test(a_count_that_falls_changes_nothing),
        cmocka_unit_test(looks_in_quick_succession_keep_the_last_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
