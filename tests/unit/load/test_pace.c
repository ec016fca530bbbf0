// SPDX-License-Identifier: MIT
#include "load/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void closed_is_always_due(void **state)
{
    (void)state;
    struct pace p = pace_init(&(struct pace_conf){0}, 0, 1, 1000);
    assert_true(pace_closed(&p));
    assert_true(pace_due(&p, 0));
}

static void due_times_are_a_grid(void **state)
{
    (void)state;
    struct pace p = pace_init(&(struct pace_conf){1000, ARRIVAL_CONSTANT, 1, 1, 0}, 0, 1, 5000000);
    assert_false(pace_closed(&p));
    for (uint64_t i = 0; i < 1000; i++) {
        assert_false(pace_due(&p, 5000000 + i * 1000000 - 1));
        assert_true(pace_due(&p, 5000000 + i * 1000000));
        assert_int_equal(pace_take(&p), 5000000 + i * 1000000);
    }
}

// However late the sender is, the plan does not move.
static void late_senders_do_not_move_it(void **state)
{
    (void)state;
    struct pace p = pace_init(&(struct pace_conf){100, ARRIVAL_CONSTANT, 1, 1, 0}, 0, 1, 0);
    for (uint64_t i = 0; i < 50; i++) {
        assert_true(pace_due(&p, 1000000000));
        assert_int_equal(pace_take(&p), i * 10000000);
    }
}

static void workers_interleave(void **state)
{
    (void)state;
    const struct pace_conf conf = {1000, ARRIVAL_CONSTANT, 4, 1, 0};
    struct pace a = pace_init(&conf, 0, 2, 0), b = pace_init(&conf, 1, 2, 0);
    for (uint64_t i = 0; i < 10; i++) { // 4 requests each 4 ms in all
        assert_int_equal(pace_take(&a), i * 8000000);
        assert_int_equal(pace_take(&b), i * 8000000 + 4000000);
    }
}

// The gaps of two workers' plans together are exponential: mean as asked, as many above it as e says, and no
// memory.
static void poisson_gaps_are_exponential(void **state)
{
    (void)state;
    enum { N = 100000 };
    const struct pace_conf conf = {2000, ARRIVAL_POISSON, 1, 7, 0};
    struct pace a = pace_init(&conf, 0, 2, 0), b = pace_init(&conf, 1, 2, 0);
    double last = 0, sum = 0;
    int above = 0;
    for (int i = 0; i < N; i++) {
        struct pace *next = a.next_ns < b.next_ns ? &a : &b;
        double gap = next->next_ns - last;
        last = next->next_ns;
        sum += gap;
        above += gap > 500000;
        pace_take(next);
    }
    assert_true(fabs(sum / N - 500000) < 500000 * 0.016);   // 5 standard errors
    assert_true(fabs((double)above / N - 0.3679) < 0.0077); // the same
}

static void same_seed_same_plan(void **state)
{
    (void)state;
    const struct pace_conf conf = {2000, ARRIVAL_POISSON, 1, 7, 0}, other = {2000, ARRIVAL_POISSON, 1, 8, 0};
    struct pace a = pace_init(&conf, 0, 1, 0), b = pace_init(&conf, 0, 1, 0), c = pace_init(&other, 0, 1, 0);
    for (int i = 0; i < 100; i++) {
        uint64_t due_ns = pace_take(&a);
        assert_int_equal(pace_take(&b), due_ns);
        assert_int_not_equal(pace_take(&c), due_ns);
    }
}

// A ramp of 2 s to 1000/s: half of them are due in it, a quarter of those in its first half; then it is
// steady.
static void a_ramp_rises_in_a_line(void **state)
{
    (void)state;
    struct pace p = pace_init(&(struct pace_conf){1000, ARRIVAL_CONSTANT, 1, 1, 2000000000}, 0, 1, 5000);
    uint64_t first = 0, all = 0, due_ns;
    while ((due_ns = pace_take(&p)) < 5000 + 2000000000) {
        all++;
        first += due_ns < 5000 + 1000000000;
    }
    assert_in_range(all, 999, 1001);
    assert_in_range(first, 249, 251);
    uint64_t next_ns = pace_take(&p);
    assert_in_range(next_ns - due_ns, 999999, 1000001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_is_always_due),         cmocka_unit_test(due_times_are_a_grid),
        cmocka_unit_test(late_senders_do_not_move_it),  cmocka_unit_test(workers_interleave),
        cmocka_unit_test(poisson_gaps_are_exponential), cmocka_unit_test(same_seed_same_plan),
        cmocka_unit_test(a_ramp_rises_in_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
