// SPDX-License-Identifier: MIT
#include "stats/schedule.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

static struct schedule a, b;

static void evenly_sent_is_evenly_due(void **state)
{
    (void)state;
    schedule_reset(&a);
    for (uint64_t i = 0; i < 10000; i++)
        schedule_add(&a, i * MS / 10, i * MS / 10 + 1000, 1);
    struct punctuality p = schedule_of(&a);
    assert_int_equal(p.requests, 10000);
    assert_int_equal(p.tick_ns, MS);
    assert_true(p.distance == 0 && p.due_dispersion == 0 && p.sent_dispersion == 0);
}

// 10 are due in each ms; they leave all 100 of 10 ms together.
static void bunches_are_told(void **state)
{
    (void)state;
    schedule_reset(&a);
    for (uint64_t i = 0; i < 10000; i++)
        schedule_add(&a, i * MS / 10, (i / 100 + 1) * 10 * MS, 1);
    struct punctuality p = schedule_of(&a);
    assert_true(p.due_dispersion == 0);  // what leaves after the last was due does not count
    assert_true(p.sent_dispersion > 80); // nine of ten ms have none, the tenth has 100
    assert_true(fabs(p.distance - 0.01) < 1e-9);
}

static void chance_has_a_dispersion_of_one(void **state)
{
    (void)state;
    struct rng r = rng_init(1, 0);
    double at_ns = 0;
    schedule_reset(&a);
    for (int i = 0; i < 20000; i++) {
        at_ns += -log(rng_unit(&r)) * 1e5;
        schedule_add(&a, (uint64_t)at_ns, (uint64_t)at_ns, 1);
    }
    struct punctuality p = schedule_of(&a);
    assert_true(fabs(p.due_dispersion - 1) < 0.1 && p.due_dispersion == p.sent_dispersion);
}

// Of a long run ticks are longer, and nothing is lost.
static void a_long_run_has_longer_ticks(void **state)
{
    (void)state;
    schedule_reset(&a);
    schedule_reset(&b);
    for (uint64_t i = 0; i < 20000; i++)
        schedule_add(&a, i * MS, i * MS, 2);
    assert_int_equal(a.tick_ns, 8 * MS);
    schedule_add(&b, 3 * MS, 5 * MS, 7);
    schedule_merge(&b, &a);
    struct punctuality p = schedule_of(&b);
    assert_int_equal(p.requests, 40007);
    assert_int_equal(p.tick_ns, 8 * MS);
    schedule_reset(&b);
    schedule_merge(&a, &b);
    assert_int_equal(schedule_of(&a).requests, 40000);
}

static void nothing_sent_says_nothing(void **state)
{
    (void)state;
    schedule_reset(&a);
    assert_int_equal(schedule_of(&a).requests, 0);
    schedule_add(&a, 1, 2, 1);
    struct punctuality p = schedule_of(&a);
    assert_true(p.requests == 1 && p.distance == 0 && p.sent_dispersion == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evenly_sent_is_evenly_due),      cmocka_unit_test(bunches_are_told),
        cmocka_unit_test(chance_has_a_dispersion_of_one), cmocka_unit_test(a_long_run_has_longer_ticks),
        cmocka_unit_test(nothing_sent_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
