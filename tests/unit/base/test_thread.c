// SPDX-License-Identifier: MIT
// Threads that see no signal (base/thread.c), and what one has used of the processor (base/usage.c).
#include "base/thread.h"

#include "base/clock.h"
#include "base/usage.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void *look(void *mask)
{
    pthread_sigmask(SIG_SETMASK, NULL, mask);
    return mask;
}

static void signals_from_outside_are_the_main_threads(void **state)
{
    (void)state;
    static const int blocked[] = {SIGINT, SIGTERM, SIGHUP}, open[] = {SIGSEGV, SIGPIPE, SIGALRM, SIGUSR1};
    sigset_t theirs, before, after;
    pthread_t thread;
    void *answer;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    assert_int_equal(thread_start(&thread, look, &theirs), 0);
    assert_int_equal(pthread_join(thread, &answer), 0);
    assert_ptr_equal(answer, &theirs);
    for (size_t i = 0; i < sizeof blocked / sizeof *blocked; i++)
        assert_int_equal(sigismember(&theirs, blocked[i]), 1);
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        assert_int_equal(sigismember(&theirs, open[i]), 0);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (int i = 1; i < SIGRTMAX; i++) // of the main thread it stays as it was
        assert_int_equal(sigismember(&before, i), sigismember(&after, i));
}

static void what_was_used_between_two_looks(void **state)
{
    (void)state;
    struct usage now = {.user_s = 5, .system_s = 2, .queued_s = 1, .preempted = 9};
    usage_subtract(&now, &(struct usage){.user_s = 4.5, .system_s = 0.5, .queued_s = 0.25, .preempted = 4});
    assert_true(now.user_s == 0.5 && now.system_s == 1.5 && now.queued_s == 0.75);
    assert_int_equal(now.preempted, 5);
    assert_true(usage_cpu_s(&now) == 2);
}

// It is this thread's own: one that ran elsewhere adds nothing to it.
static void *burn(void *usage)
{
    struct usage u;
    do
        usage_read(&u);
    while (usage_cpu_s(&u) < 0.02);
    *(struct usage *)usage = u;
    return NULL;
}

static void each_thread_has_its_own(void **state)
{
    (void)state;
    struct usage mine, theirs, again;
    pthread_t thread;
    usage_read(&mine);
    assert_int_equal(thread_start(&thread, burn, &theirs), 0);
    pthread_join(thread, NULL);
    usage_read(&again);
    assert_true(usage_cpu_s(&theirs) >= 0.02);
    usage_subtract(&again, &mine);
    assert_true(usage_cpu_s(&again) >= 0 && usage_cpu_s(&again) < usage_cpu_s(&theirs));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_from_outside_are_the_main_threads),
        cmocka_unit_test(what_was_used_between_two_looks),
        cmocka_unit_test(each_thread_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
