// SPDX-License-Identifier: MIT
#include "run/gate.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MEMBERS 4
#define ROUNDS 200

// What the members do together; the checks are the test's own thread's, once they have ended.
struct walk {
    struct gate gate;
    atomic_uint arrived; // before a gate, by all members in all rounds
    atomic_uint early;   // times that somebody passed before all had come
    atomic_uint passed, refused;
    atomic_uint_fast64_t starts[ROUNDS]; // sums of what the members were told
};

static void *walks(void *arg)
{
    struct walk *w = arg;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        atomic_fetch_add(&w->arrived, 1);
        uint64_t at_ns;
        if (!gate_pass(&w->gate, &at_ns)) {
            atomic_fetch_add(&w->refused, 1);
            return NULL;
        }
        atomic_fetch_add(&w->passed, 1);
        atomic_fetch_add(&w->starts[round - 1], at_ns);
        if (atomic_load(&w->arrived) < round * MEMBERS)
            atomic_fetch_add(&w->early, 1);
    }
    return NULL;
}

static void start(struct walk *w, pthread_t *threads, unsigned n)
{
    *w = (struct walk){0};
    assert_int_equal(gate_init(&w->gate, MEMBERS), 0);
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, walks, w), 0);
}

static void finish(struct walk *w, const pthread_t *threads, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    gate_reset(&w->gate);
}

static void lets_all_pass_together(void **state)
{
    (void)state;
    struct walk w;
    pthread_t threads[MEMBERS];
    start(&w, threads, MEMBERS);
    finish(&w, threads, MEMBERS);
    assert_int_equal(w.passed, MEMBERS * ROUNDS);
    assert_int_equal(w.early, 0);
    assert_int_equal(w.refused, 0);
}

// One time for all: four times the last member's, and later than that of the round before.
static void tells_all_the_same_time(void **state)
{
    (void)state;
    struct walk w;
    pthread_t threads[MEMBERS];
    uint64_t before_ns = clock_ns();
    start(&w, threads, MEMBERS);
    finish(&w, threads, MEMBERS);
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t sum_ns = w.starts[i];
        assert_int_equal(sum_ns, sum_ns / MEMBERS * MEMBERS);
        assert_true(sum_ns / MEMBERS > before_ns);
        before_ns = sum_ns / MEMBERS;
    }
    assert_true(before_ns <= clock_ns());
}

static void lets_a_single_member_pass(void **state)
{
    (void)state;
    struct gate g;
    assert_int_equal(gate_init(&g, 1), 0);
    for (int i = 0; i < 5; i++)
        assert_true(gate_pass(&g, &(uint64_t){0}));
    assert_false(gate_broken(&g));
    gate_reset(&g);
}

// One member never comes: only breaking the gate frees the others, whether they wait there already or not.
static void lets_go_when_broken(void **state)
{
    (void)state;
    struct walk w;
    pthread_t threads[MEMBERS - 1];
    start(&w, threads, MEMBERS - 1);
    gate_break(&w.gate);
    assert_true(gate_broken(&w.gate));
    finish(&w, threads, MEMBERS - 1);
    assert_int_equal(w.passed, 0);
    assert_int_equal(w.refused, MEMBERS - 1);
}

// Somebody waits at the gate for certain, and it is the break that ends that.
static void wakes_those_who_wait(void **state)
{
    (void)state;
    struct walk w;
    pthread_t threads[MEMBERS - 1];
    start(&w, threads, MEMBERS - 1);
    unsigned waiting = 0;
    while (waiting < MEMBERS - 1) {
        pthread_mutex_lock(&w.gate.lock);
        waiting = w.gate.waiting;
        pthread_mutex_unlock(&w.gate.lock);
    }
    gate_break(&w.gate);
    finish(&w, threads, MEMBERS - 1);
    assert_int_equal(w.passed, 0);
    assert_int_equal(w.refused, MEMBERS - 1);
}

static void stays_broken(void **state)
{
    (void)state;
    struct gate g;
    assert_int_equal(gate_init(&g, 1), 0);
    gate_break(&g);
    for (int i = 0; i < 3; i++)
        assert_false(gate_pass(&g, &(uint64_t){0}));
    gate_break(&g); // twice does no harm
    assert_false(gate_pass(&g, &(uint64_t){0}));
    gate_reset(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lets_all_pass_together),    cmocka_unit_test(tells_all_the_same_time),
        cmocka_unit_test(lets_a_single_member_pass), cmocka_unit_test(lets_go_when_broken),
        cmocka_unit_test(wakes_those_who_wait),      cmocka_unit_test(stays_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
