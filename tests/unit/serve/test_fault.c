// SPDX-License-Identifier: MIT
#include "serve/fault.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct faults with_capacity(double capacity)
{
    struct fault_conf conf = {.capacity = capacity};
    return faults_init(&conf);
}

static void a_turn_takes_its_share_of_a_second(void **state)
{
    (void)state;
    struct faults f = with_capacity(2000);
    assert_true(faults_any(&f));
    assert_int_equal(faults_turn(&f, 1000), 501000);
    assert_int_equal(faults_turn(&f, 2000), 1001000);    // while the first has its turn
    assert_int_equal(faults_turn(&f, 3000000), 3500000); // an idle server begins at once
}

static void turns_add_up_exactly(void **state)
{
    (void)state;
    struct faults f = with_capacity(3); // a third of a second is no whole number of ns
    uint64_t last_ns = 0;
    for (int i = 0; i < 3000000; i++)
        last_ns = faults_turn(&f, 0);
    assert_int_equal(last_ns, UINT64_C(1000000) * 1000000000);
}

static void lateness_does_not_add_up(void **state)
{
    (void)state;
    struct faults f = with_capacity(1000);
    assert_int_equal(faults_turn(&f, 0), 1000000);
    f.held = 1; // its reply is late: it has not left at 5 ms
    assert_int_equal(faults_turn(&f, 5000000), 2000000);
    f.held = 0;
    assert_int_equal(faults_turn(&f, 5000000), 6000000);
}

static void a_punctual_queue_goes_by_its_turns(void **state)
{
    (void)state;
    struct faults f = faults_init(&(struct fault_conf){.capacity = 1000, .punctual = true});
    assert_int_equal(faults_turn(&f, 0), 1000000);
    f.held = 1; // its reply is late, and holds nobody up
    assert_int_equal(faults_turn(&f, 5000000), 6000000);
    assert_int_equal(faults_turn(&f, 5500000), 7000000);
}

// The mean of a million exponential times is within 0.4 % of what was asked, and so is their deviation; the
// seed gives the same times again.
static void service_times_follow_their_law(void **state)
{
    (void)state;
    struct fault_conf conf = {.capacity = 2000, .by_chance = true, .seed = 3};
    struct faults f = faults_init(&conf), again = faults_init(&conf);
    double sum = 0, squares = 0;
    uint64_t last_ns = 0;
    const int n = 1000000;
    for (int i = 0; i < n; i++) {
        uint64_t free_ns = faults_turn(&f, 0);
        double took_us = (double)(free_ns - last_ns) * 1e-3;
        assert_int_equal(faults_turn(&again, 0), free_ns);
        sum += took_us;
        squares += took_us * took_us;
        last_ns = free_ns;
    }
    double mean = sum / n, deviation = sqrt(squares / n - mean * mean);
    assert_true(fabs(mean - 500) < 2 && fabs(deviation - 500) < 4);
}

// Random arrivals at half of what it serves: in theory requests take 1 / (2000 - 1000) s on average where
// services are exponential (M/M/1), and 0.75 ms where all are alike (M/D/1).
static void random_arrivals_queue_as_in_theory(void **state)
{
    (void)state;
    for (int by_chance = 0; by_chance < 2; by_chance++) {
        struct faults f = faults_init(&(struct fault_conf){.capacity = 2000, .by_chance = by_chance});
        struct rng arrivals = rng_init(5, 0);
        double at_ns = 0, sum_ns = 0;
        const int n = 400000;
        for (int i = 0; i < n; i++) {
            at_ns += -1e6 * log(rng_unit(&arrivals));
            sum_ns += (double)faults_turn(&f, (uint64_t)at_ns) - at_ns;
        }
        assert_true(fabs(sum_ns / n / (by_chance ? 1e6 : 0.75e6) - 1) < 0.02);
    }
}

// --- what becomes of a reply ---

static void without_faults_nothing_happens(void **state)
{
    (void)state;
    struct faults f = faults_init(&(struct fault_conf){.seed = 1});
    assert_false(faults_any(&f));
    assert_false(faults_values(&f.conf));
    for (uint64_t i = 0; i < 1000; i++) {
        struct fate fate = faults_draw(&f, i);
        assert_true(fate.wait_ns == 0 && !fate.error && !fate.garbage && !fate.mute && !fate.drop);
        assert_int_equal(faults_draw_value(&f), FAULT_VALUES);
    }
    assert_int_equal(f.delayed + f.slowed + f.errors + f.drops + f.mutes + f.garbage, 0);
}

static void any_fault_is_one(void **state)
{
    (void)state;
    const struct fault_conf all[] = {{.delay_ns = 1},   {.capacity = 1},
                                     {.slow_share = 1}, {.error_share = 1},
                                     {.drop_after = 1}, {.mute_after = 1},
                                     {.nagle = true},   {.garbage = true},
                                     {.key_update = 1}, {.value_shares = {[FAULT_OTHER] = 1e-9}}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct faults f = faults_init(&all[i]);
        assert_true(faults_any(&f));
        assert_int_equal(faults_values(&all[i]), i == 9);
    }
}

// A tenth is slow and a fifth are errors, drawn apart: each within 5 standard deviations, and counted as it
// was told.
static void shares_come_out_as_they_were_asked_for(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct faults f = faults_init(&(struct fault_conf){
        .delay_ns = 1000, .slow_share = 0.1, .slow_ns = 50000, .error_share = 0.2, .seed = 9});
    uint64_t slow = 0, errors = 0, both = 0;
    for (uint64_t i = 0; i < N; i++) {
        struct fate fate = faults_draw(&f, i);
        assert_true(fate.wait_ns == 1000 || fate.wait_ns == 51000);
        slow += fate.wait_ns == 51000;
        errors += fate.error;
        both += fate.error && fate.wait_ns == 51000;
    }
    assert_int_equal(f.delayed, N);
    assert_int_equal(f.slowed, slow);
    assert_int_equal(f.errors, errors);
    assert_true(fabs((double)slow - 0.1 * N) < 5 * sqrt(0.09 * N));
    assert_true(fabs((double)errors - 0.2 * N) < 5 * sqrt(0.16 * N));
    assert_true(fabs((double)both - 0.02 * N) < 5 * sqrt(0.0196 * N));
}

static void one_fault_does_not_move_another(void **state)
{
    (void)state;
    struct fault_conf conf = {.error_share = 0.3, .seed = 4};
    struct faults plain = faults_init(&conf), beside;
    conf.delay_ns = 7;
    conf.drop_after = 50;
    conf.nagle = true;
    beside = faults_init(&conf);
    for (uint64_t i = 0; i < 1000; i++)
        assert_int_equal(faults_draw(&plain, i).error, faults_draw(&beside, i).error);
}

static void connections_end_and_fall_silent_where_they_must(void **state)
{
    (void)state;
    struct faults f = faults_init(&(struct fault_conf){.drop_after = 3}), g;
    for (uint64_t had = 0; had < 3; had++)
        assert_int_equal(faults_draw(&f, had).drop, had == 2); // with its third reply
    assert_int_equal(f.drops, 1);
    g = faults_init(&(struct fault_conf){.mute_after = 3, .error_share = 1, .delay_ns = 5, .garbage = true});
    for (uint64_t had = 0; had < 5; had++)
        assert_int_equal(faults_draw(&g, had).mute, had >= 3); // behind it
    assert_int_equal(g.mutes, 2);
    assert_int_equal(g.errors, 3); // what is never sent is no error, nor late
    assert_int_equal(g.delayed, 3);
    assert_int_equal(g.garbage, 3);
}

static void values_meet_what_was_asked_for(void **state)
{
    (void)state;
    enum { N = 100000 };
    static const double shares[FAULT_VALUES + 1] = {0.1, 0, 0.2, 0.3, 0.05, 0.35};
    struct fault_conf conf = {.seed = 11};
    unsigned met[FAULT_VALUES + 1] = {0};
    for (int i = 0; i < FAULT_VALUES; i++)
        conf.value_shares[i] = shares[i];
    struct faults f = faults_init(&conf);
    assert_true(faults_values(&conf));
    for (int i = 0; i < N; i++)
        met[faults_draw_value(&f)]++;
    for (int i = 0; i <= FAULT_VALUES; i++)
        assert_true(fabs(met[i] - shares[i] * N) <= 5 * sqrt(shares[i] * (1 - shares[i]) * N));
    assert_int_equal(met[FAULT_STALE], 0);
    assert_true(faults_changed(&f, FAULT_SWAP, true));
    assert_false(faults_changed(&f, FAULT_SWAP, false)); // there was nothing to swap it for
    assert_int_equal(f.values[FAULT_SWAP], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_takes_its_share_of_a_second),
        cmocka_unit_test(turns_add_up_exactly),
        cmocka_unit_test(lateness_does_not_add_up),
        cmocka_unit_test(a_punctual_queue_goes_by_its_turns),
        cmocka_unit_test(service_times_follow_their_law),
        cmocka_unit_test(random_arrivals_queue_as_in_theory),
        cmocka_unit_test(without_faults_nothing_happens),
        cmocka_unit_test(any_fault_is_one),
        cmocka_unit_test(shares_come_out_as_they_were_asked_for),
        cmocka_unit_test(one_fault_does_not_move_another),
        cmocka_unit_test(connections_end_and_fall_silent_where_they_must),
        cmocka_unit_test(values_meet_what_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
