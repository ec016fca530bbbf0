// SPDX-License-Identifier: MIT
#include "experiment/sweep.h"

#include "null.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct heard {
    unsigned tests, points, sentences;
    bool enough;
    double first, last; // x of the points of a test
};

static void tell(void *ctx, const char *sentence)
{
    struct heard *h = ctx;
    (void)sentence;
    h->sentences++;
}

static bool tested(void *ctx, const struct sweep *s)
{
    struct heard *h = ctx;
    h->tests++;
    h->points += s->n;
    h->first = s->n ? s->points[0].x : 0;
    h->last = s->n ? s->points[s->n - 1].x : 0;
    return !h->enough;
}

static int run(struct sweep_experiment *x, struct heard *h, int signal)
{
    struct err err = {0};
    x->on = (struct sweep_events){tested, h};
    x->conf.trial_ns = 10 * NS_PER_MS;
    x->conf.passes = 2;
    session_begin(&x->session, tell, h);
    assert_int_equal(sweep_open(x, &err), 0);
    x->session.stop.signal = signal;
    sweep_run(x);
    sweep_close(x);
    session_close(&x->session);
    return x->session.outcome.code;
}

static void each_test_has_each_point_in_each_pass_in_rising_order(void **state)
{
    (void)state;
    struct heard h = {0};
    struct sweep_experiment x = {
        .conf = {.workload = null_workload("get,set"), .kind = SWEEP_CLIENTS, .points = {{1, 2, 4}, 3}}};
    assert_int_equal(run(&x, &h, 0), 0);
    assert_int_equal(h.tests, 2);
    assert_int_equal(h.points, 2 * 3 * 2);
    assert_true(h.first == 1 && h.last == 4);
    assert_int_equal(h.sentences, 0);
}

static void it_ends_when_nobody_wants_another_test(void **state)
{
    (void)state;
    struct heard h = {.enough = true};
    struct sweep_experiment x = {
        .conf = {.workload = null_workload("get,set"), .kind = SWEEP_PIPELINE, .points = {{1}, 1}}};
    assert_int_equal(run(&x, &h, 0), 0);
    assert_int_equal(h.tests, 1);
}

static void after_a_signal_nothing_more_is_measured_nor_blamed(void **state)
{
    (void)state;
    struct heard h = {0};
    struct sweep_experiment x = {
        .conf = {.workload = null_workload("get,set"), .kind = SWEEP_CLIENTS, .points = {{1}, 1}}};
    assert_int_equal(run(&x, &h, SIGINT), 0);
    assert_int_equal(h.tests, 1);
    assert_int_equal(h.points, 0);
    assert_int_equal(h.sentences, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_test_has_each_point_in_each_pass_in_rising_order),
        cmocka_unit_test(it_ends_when_nobody_wants_another_test),
        cmocka_unit_test(after_a_signal_nothing_more_is_measured_nor_blamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
