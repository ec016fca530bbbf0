// SPDX-License-Identifier: MIT
#include "load/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void closed_is_always_due(void **state)
{
    (void)state;
    struct pace p = pace_init(&(struct pace_conf){0}, (struct deal){1, 1, 0}, 1000);
    assert_true(pace_closed(&p));
    assert_true(pace_due(&p, 0));
}

static void due_times_are_a_grid(void **state)
{
    (void)state;
    struct pace p =
        pace_init(&(struct pace_conf){1000, ARRIVAL_CONSTANT, 1, 1, 0}, (struct deal){1, 1, 0}, 5000000);
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
    struct pace p = pace_init(&(struct pace_conf){100, ARRIVAL_CONSTANT, 1, 1, 0}, (struct deal){1, 1, 0}, 0);
    for (uint64_t i = 0; i < 50; i++) {
        assert_true(pace_due(&p, 1000000000));
        assert_int_equal(pace_take(&p), i * 10000000);
    }
}

static void workers_interleave(void **state)
{
    (void)state;
    const struct pace_conf conf = {1000, ARRIVAL_CONSTANT, 4, 1, 0};
    struct pace a = pace_init(&conf, (struct deal){2, 2, 0}, 0),
                b = pace_init(&conf, (struct deal){2, 2, 1}, 0);
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
    struct pace a = pace_init(&conf, (struct deal){2, 2, 0}, 0),
                b = pace_init(&conf, (struct deal){2, 2, 1}, 0);
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
    struct pace a = pace_init(&conf, (struct deal){1, 1, 0}, 0),
                b = pace_init(&conf, (struct deal){1, 1, 0}, 0),
                c = pace_init(&other, (struct deal){1, 1, 0}, 0);
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
    struct pace p = pace_init(&(struct pace_conf){1000, ARRIVAL_CONSTANT, 1, 1, 2000000000},
                              (struct deal){1, 1, 0}, 5000);
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

// Of each worker's plan, the requests that are its own of a total: together, one each gap, none left out and
// none twice.
static void check_union(unsigned clients, unsigned threads, uint64_t total)
{
    enum { MOST = 2000 };
    const struct pace_conf conf = {1000, ARRIVAL_CONSTANT, 1, 1, 0};
    unsigned char due[MOST] = {0};
    uint64_t all = 0;
    for (unsigned part = 0; part < threads; part++) {
        struct deal deal = {clients, threads, part};
        struct pace p = pace_init(&conf, deal, 7000);
        uint64_t own = deal_count(&deal, total);
        all += own;
        while (own--) {
            uint64_t at = pace_take(&p) - 7000;
            assert_int_equal(at % 1000000, 0);
            assert_true(at / 1000000 < total);
            due[at / 1000000]++;
        }
    }
    assert_int_equal(all, total);
    for (uint64_t i = 0; i < total; i++)
        assert_int_equal(due[i], 1);
}

static void constant_plans_together_are_even(void **state)
{
    (void)state;
    static const unsigned clients[] = {1, 2, 3, 5, 7, 50, 97};
    static const uint64_t totals[] = {1, 2, 49, 50, 51, 1000, 1999};
    for (size_t c = 0; c < sizeof clients / sizeof *clients; c++)
        for (unsigned threads = 1; threads <= clients[c] && threads <= 9; threads++)
            for (size_t n = 0; n < sizeof totals / sizeof *totals; n++)
                check_union(clients[c], threads, totals[n]);
}

// 5 connections over 4 workers: one of them has two, and with them twice the rate of each other.
static void the_rate_goes_by_connections(void **state)
{
    (void)state;
    for (unsigned part = 0; part < 4; part++) {
        struct deal deal = {5, 4, part};
        struct pace p = pace_init(&(struct pace_conf){1000, ARRIVAL_POISSON, 1, 1, 0}, deal, 0);
        assert_true(fabs(p.gap_ns - (part == 3 ? 2500000 : 5000000)) < 1e-6);
        assert_int_equal(deal_clients(&deal), part == 3 ? 2 : 1);
    }
}

// As many as one by one, from anywhere to anywhere, and then the plan goes on.
static void constant_plans_are_skipped_exactly(void **state)
{
    (void)state;
    const struct pace_conf conf = {3000000, ARRIVAL_CONSTANT, 1, 1, 0}; // a gap that is no whole number
    for (unsigned part = 0; part < 3; part++)
        for (uint64_t until_ns = 1000; until_ns < 3000000; until_ns += 7919) {
            struct deal deal = {7, 3, part};
            struct pace a = pace_init(&conf, deal, 1000), b = a;
            uint64_t n = 0, half_ns = 1000 + (until_ns - 1000) / 2;
            for (; pace_due(&a, until_ns); n++)
                pace_take(&a);
            uint64_t first = pace_skip(&b, half_ns);
            assert_int_equal(first + pace_skip(&b, until_ns), n);
            assert_int_equal(pace_skip(&b, until_ns), 0);
            assert_int_equal(pace_take(&a), pace_take(&b));
        }
}

// The number of those skipped is Poisson: mean and variance are what is expected, for few and for many; and
// it takes no longer for a billion than for ten.
static void poisson_plans_are_skipped_by_chance(void **state)
{
    (void)state;
    enum { N = 4000 };
    static const double expected[] = {10, 5000, 1e9};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        double sum = 0, squares = 0;
        for (uint64_t seed = 0; seed < N; seed++) {
            const struct pace_conf conf = {expected[i], ARRIVAL_POISSON, 1, seed, 0};
            struct pace p = pace_init(&conf, (struct deal){1, 1, 0}, 0);
            double off = (double)pace_skip(&p, 1000000000) - expected[i];
            assert_false(pace_due(&p, 1000000000));
            sum += off;
            squares += off * off;
        }
        assert_true(fabs(sum / N) < 5 * sqrt(expected[i] / N));
        assert_true(fabs(squares / N / expected[i] - 1) < 5 * sqrt(2.0 / N) + 5 / sqrt(expected[i] * N));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_is_always_due),
        cmocka_unit_test(due_times_are_a_grid),
        cmocka_unit_test(late_senders_do_not_move_it),
        cmocka_unit_test(workers_interleave),
        cmocka_unit_test(poisson_gaps_are_exponential),
        cmocka_unit_test(same_seed_same_plan),
        cmocka_unit_test(a_ramp_rises_in_a_line),
        cmocka_unit_test(constant_plans_together_are_even),
        cmocka_unit_test(the_rate_goes_by_connections),
        cmocka_unit_test(constant_plans_are_skipped_exactly),
        cmocka_unit_test(poisson_plans_are_skipped_by_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
