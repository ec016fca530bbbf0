// SPDX-License-Identifier: MIT
#include "experiment/selftest.h"

#include "base/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void tell(void *ctx, const char *sentence)
{
    unsigned *sentences = ctx;
    (void)sentence;
    (*sentences)++;
}

// What came of it, and its exit code.
static int run(struct selftest *found, int signal, unsigned *sentences)
{
    struct selftest_experiment *x = calloc(1, sizeof *x);
    assert_non_null(x);
    x->engine = ENGINE_EPOLL;
    x->lasting_ns = 500 * NS_PER_MS;
    session_begin(&x->session, tell, sentences);
    x->session.stop.signal = signal;
    selftest_run(x);
    session_close(&x->session);
    *found = x->found;
    int code = x->session.outcome.code;
    free(x);
    return code;
}

static void it_measures_all_of_it(void **state)
{
    (void)state;
    unsigned sentences = 0;
    struct selftest t;
    int code = run(&t, 0, &sentences);
    assert_true(t.whole);
    assert_int_equal(code, selftest_missed(&t) ? OUTCOME_RUN : OUTCOME_GOOD); // of a machine that is busy
    assert_int_equal(sentences, (t.delay.found ? 0 : 1) + (t.errors.found ? 0 : 1));
    assert_string_equal(t.engine, "epoll");
    assert_int_equal(t.floors[0].pipeline, 1);
    assert_int_equal(t.floors[1].pipeline, SELFTEST_PIPELINED);
    for (int i = 0; i < SELFTEST_FLOORS; i++)
        assert_true(t.floors[i].ceiling_rps > 0 && t.floors[i].p50_ns > 0);
    assert_true(t.timer.n > 0 && t.lag.n > 0);
    assert_true(t.delay.tried && t.delay.value > 0);
    assert_true(t.errors.tried && t.errors.value > 0);
    assert_int_equal(t.pairs, SELFTEST_PAIRS);
    assert_true(t.rps_smallest > 0 && t.p50_smallest > 0);
}

static void after_a_signal_nothing_is_measured_nor_blamed(void **state)
{
    (void)state;
    unsigned sentences = 0;
    struct selftest t;
    assert_int_equal(run(&t, SIGINT, &sentences), 0);
    assert_false(t.whole);
    assert_int_equal(sentences, 0);
    assert_false(t.delay.tried || t.errors.tried);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_measures_all_of_it),
        cmocka_unit_test(after_a_signal_nothing_is_measured_nor_blamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
