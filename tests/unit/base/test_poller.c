// SPDX-License-Identifier: MIT
// The order of the cases matters: each filter of system calls stays with this process for good.
#include "base/poller.h"

#include "base/clock.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

static void refuse(unsigned call, unsigned error)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof steps / sizeof *steps, steps};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
        skip();
}

// Waits it out, as often as the poller comes back early; never before the time.
static void sleeps(struct poller *p, uint64_t ns)
{
    struct epoll_event ready[2];
    uint64_t until_ns = clock_ns() + ns;
    unsigned turns = 0;
    for (uint64_t now_ns; (now_ns = clock_ns()) < until_ns; turns++)
        assert_int_equal(poller_wait(p, ready, 2, until_ns - now_ns), 0);
    assert_in_range(turns, 1, 20);
}

// What holds whichever way is taken: an event comes at once and is the caller's own, nothing comes in time.
static void keeps_its_word(const char *name)
{
    struct poller p;
    struct epoll_event ready[2], ev = {.events = EPOLLIN, .data.ptr = ready};
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    uint64_t n = 1;
    assert_int_equal(poller_open(&p), 0);
    assert_string_equal(poller_name(&p), name);
    assert_int_equal(epoll_ctl(p.epoll, EPOLL_CTL_ADD, fd, &ev), 0);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(poller_wait(&p, ready, 2, 0), 0);
        sleeps(&p, 200 * NS_PER_US);
        sleeps(&p, 5 * NS_PER_MS + 300 * NS_PER_US);
        assert_int_equal(write(fd, &n, sizeof n), sizeof n);
        const uint64_t waits_ns[] = {0, NS_PER_MS, NS_PER_S, POLLER_FOREVER};
        for (int i = 0; i < 4; i++) {
            assert_int_equal(poller_wait(&p, ready, 2, waits_ns[i]), 1);
            assert_ptr_equal(ready[0].data.ptr, ready);
        }
        assert_int_equal(read(fd, &n, sizeof n), sizeof n);
    }
    close(fd);
    poller_close(&p);
}

static void waits_to_the_nanosecond(void **state)
{
    (void)state;
    struct poller p;
    struct epoll_event none;
    assert_int_equal(poller_open(&p), 0);
    if (p.way != POLLER_PWAIT2)
        skip();
    keeps_its_word("epoll_pwait2");
    poller_close(&p);
    assert_int_equal(poller_wait(&p, &none, 1, 0), -EBADF); // nothing to wait on: told, not tried for ever
}

static void takes_a_timer_where_that_is_refused(void **state)
{
    (void)state;
    struct poller p;
    struct epoll_event none;
    assert_int_equal(poller_open(&p), 0);
    refuse(SYS_epoll_pwait2, EPERM);
    assert_int_equal(poller_wait(&p, &none, 1, 0), 0); // a refusal that comes late
    assert_string_equal(poller_name(&p), "epoll_wait and timerfd");
    poller_close(&p);
    keeps_its_word("epoll_wait and timerfd");
}

static void a_timer_that_is_refused_later_is_nobodys_event(void **state)
{
    (void)state;
    struct poller p;
    struct epoll_event ready[2], ev = {.events = EPOLLIN, .data.ptr = ready};
    int fd = eventfd(1, EFD_CLOEXEC);
    assert_int_equal(poller_open(&p), 0);
    assert_int_equal(epoll_ctl(p.epoll, EPOLL_CTL_ADD, fd, &ev), 0);
    assert_int_equal(poller_wait(&p, ready, 2, NS_PER_MS), 1); // which leaves the timer armed
    close(fd);
    refuse(SYS_timerfd_settime, EPERM);
    sleeps(&p, 1900 * NS_PER_US);
    sleeps(&p, 20 * NS_PER_MS);
    assert_string_equal(poller_name(&p), "epoll_wait");
    poller_close(&p);
}

static void takes_milliseconds_where_both_are(void **state)
{
    (void)state;
    refuse(SYS_timerfd_create, EPERM);
    keeps_its_word("epoll_wait");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_to_the_nanosecond),
        cmocka_unit_test(takes_a_timer_where_that_is_refused),
        cmocka_unit_test(a_timer_that_is_refused_later_is_nobodys_event),
        cmocka_unit_test(takes_milliseconds_where_both_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
