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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_takes_its_share_of_a_second),
        cmocka_unit_test(turns_add_up_exactly),
        cmocka_unit_test(lateness_does_not_add_up),
        cmocka_unit_test(a_punctual_queue_goes_by_its_turns),
        cmocka_unit_test(service_times_follow_their_law),
        cmocka_unit_test(random_arrivals_queue_as_in_theory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
