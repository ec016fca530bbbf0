// SPDX-License-Identifier: MIT
#include "run/stopper.h"

#include "base/clock.h"
#include "base/thread.h"

// cmocka wants these four before it
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define FOR_EVER_MS 60000

static void a_signal_before_a_wait_ends_it(void **state)
{
    (void)state;
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < 3; i++) {
        struct stopper s;
        int other = eventfd(0, EFD_CLOEXEC);
        assert_int_equal(stopper_open(&s), 0);
        assert_int_equal(stopper_wait(&s, other, 0), 0);
        raise(numbers[i]);
        assert_int_equal(s.signal, numbers[i]);
        for (int again = 0; again < 3; again++) // it stays
            assert_int_equal(stopper_wait(&s, again ? other : -1, FOR_EVER_MS), numbers[i]);
        stopper_close(&s);
        raise(numbers[i]); // on the way out: it does not kill
        signal(SIGHUP, SIG_DFL);
        close(other);
    }
}

static void another_descriptor_ends_a_wait(void **state)
{
    (void)state;
    struct stopper s;
    int other = eventfd(1, EFD_CLOEXEC);
    assert_int_equal(stopper_open(&s), 0);
    assert_int_equal(stopper_wait(&s, other, FOR_EVER_MS), 0);
    stopper_close(&s);
    close(other);
}

static void the_first_signal_counts_and_others_are_ignored(void **state)
{
    (void)state;
    struct stopper s;
    assert_int_equal(stopper_open(&s), 0);
    raise(SIGTERM);
    raise(SIGINT);
    raise(SIGTERM);
    assert_int_equal(s.signal, SIGTERM);
    stopper_close(&s);
}

static void a_hangup_that_is_ignored_stays_ignored(void **state)
{
    (void)state;
    struct stopper s;
    signal(SIGHUP, SIG_IGN);
    assert_int_equal(stopper_open(&s), 0);
    raise(SIGHUP);
    assert_int_equal(s.signal, 0);
    stopper_close(&s);
    signal(SIGHUP, SIG_DFL);
}

static void *see_mask(void *arg)
{
    pthread_sigmask(SIG_BLOCK, NULL, arg);
    return NULL;
}

static void a_thread_never_sees_them(void **state)
{
    (void)state;
    pthread_t thread;
    sigset_t there, here;
    assert_int_equal(thread_start(&thread, see_mask, &there), 0);
    pthread_join(thread, NULL);
    pthread_sigmask(SIG_BLOCK, NULL, &here);
    assert_true(sigismember(&there, SIGINT) && sigismember(&there, SIGTERM) && sigismember(&there, SIGHUP));
    assert_false(sigismember(&there, SIGSEGV)); // its own
    assert_false(sigismember(&here, SIGINT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_before_a_wait_ends_it),
        cmocka_unit_test(another_descriptor_ends_a_wait),
        cmocka_unit_test(the_first_signal_counts_and_others_are_ignored),
        cmocka_unit_test(a_hangup_that_is_ignored_stays_ignored),
        cmocka_unit_test(a_thread_never_sees_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
