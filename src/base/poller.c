// SPDX-License-Identifier: MIT
#include "base/poller.h"

#include "base/clock.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define FINE_NS                                                                                              \
    (2 * NS_PER_MS) // a longer wait is cut to whole milliseconds, and the rest is a wait of its own

static struct timespec span_of(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
}

static void drop_timer(struct poller *p)
{
    if (p->timer >= 0)
        close(p->timer);
    p->timer = -1;
}

// Whether the timer is to be had. A wait that it ends has its event among the others.
static bool add_timer(struct poller *p)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = p};
    p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (p->timer >= 0 && epoll_ctl(p->epoll, EPOLL_CTL_ADD, p->timer, &ev) == 0)
        return true;
    drop_timer(p);
    return false;
}

// The next way, whatever the refusal was. False when there is none. A timer that was armed and cannot be set
// any more would have its event among those of others for ever.
static bool step_down(struct poller *p)
{
    if (p->way == POLLER_COARSE)
        return false;
    if (p->way == POLLER_TIMER)
        drop_timer(p);
    p->way = p->way == POLLER_PWAIT2 && add_timer(p) ? POLLER_TIMER : POLLER_COARSE;
    return true;
}

static int whole_ms(uint64_t ns)
{
    return ns / NS_PER_MS < INT_MAX ? (int)(ns / NS_PER_MS) : INT_MAX;
}

static int wait_coarse(struct poller *p, struct epoll_event *ready, int cap, uint64_t timeout_ns)
{
    bool forever = timeout_ns == POLLER_FOREVER;
    return epoll_wait(p->epoll, ready, cap, forever ? -1 : whole_ms(timeout_ns + NS_PER_MS - 1));
}

static int wait_by_timer(struct poller *p, struct epoll_event *ready, int cap, uint64_t timeout_ns)
{
    if (timeout_ns == 0 || timeout_ns >= FINE_NS)
        return epoll_wait(p->epoll, ready, cap, timeout_ns == POLLER_FOREVER ? -1 : whole_ms(timeout_ns));
    struct itimerspec t = {.it_value = span_of(timeout_ns)};
    if (timerfd_settime(p->timer, 0, &t, NULL) < 0)
        return -1;
    return epoll_wait(p->epoll, ready, cap, -1);
}

static int wait_once(struct poller *p, struct epoll_event *ready, int cap, uint64_t timeout_ns)
{
    if (p->way == POLLER_COARSE)
        return wait_coarse(p, ready, cap, timeout_ns);
    if (p->way == POLLER_TIMER)
        return wait_by_timer(p, ready, cap, timeout_ns);
    struct timespec t = span_of(timeout_ns);
    return epoll_pwait2(p->epoll, ready, cap, timeout_ns == POLLER_FOREVER ? NULL : &t, NULL);
}

// The timer's own event is none. One that is over stays readable until it is set anew: it is disarmed.
static int without_timer(struct poller *p, struct epoll_event *ready, int n)
{
    for (int i = 0; i < n; i++) {
        if (ready[i].data.ptr != p)
            continue;
        struct itimerspec never = {0};
        timerfd_settime(p->timer, 0, &never, NULL);
        ready[i] = ready[--n];
        break;
    }
    return n;
}

int poller_wait(struct poller *p, struct epoll_event *ready, int cap, uint64_t timeout_ns)
{
    int n;
    while ((n = wait_once(p, ready, cap, timeout_ns)) < 0 && errno != EINTR)
        if (!step_down(p))
            return -errno;
    return n < 0 ? 0 : p->way == POLLER_TIMER ? without_timer(p, ready, n) : n;
}

int poller_open(struct poller *p)
{
    struct epoll_event none;
    *p = (struct poller){.epoll = epoll_create1(EPOLL_CLOEXEC), .timer = -1};
    int rc = p->epoll < 0 ? -errno : poller_wait(p, &none, 1, 0);
    if (rc < 0)
        poller_close(p);
    return rc;
}

void poller_close(struct poller *p)
{
    drop_timer(p);
    if (p->epoll >= 0)
        close(p->epoll);
    p->epoll = -1;
}

const char *poller_name(const struct poller *p)
{
    static const char *const names[] = {[POLLER_PWAIT2] = "epoll_pwait2",
                                        [POLLER_TIMER] = "epoll_wait and timerfd",
                                        [POLLER_COARSE] = "epoll_wait"};
    return names[p->way];
}
