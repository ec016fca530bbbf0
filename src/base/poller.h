// SPDX-License-Identifier: MIT
// Waits on an epoll descriptor, as finely as the kernel and the container around this process allow: tried
// once, not guessed. Knows nothing of what it waits for.
#pragma once

#include <stdint.h>
#include <sys/epoll.h>

#define POLLER_FOREVER UINT64_MAX

enum poller_way {
    POLLER_PWAIT2, // epoll_pwait2, to the nanosecond: Linux 5.11, and not every seccomp filter knows it
    POLLER_TIMER,  // epoll_wait, with a timerfd for what is finer than its milliseconds
    POLLER_COARSE, // epoll_wait alone: a millisecond late
};

struct poller {
    int epoll; // -1: closed
    int timer; // -1: none
    enum poller_way way;
};

// 0, or -errno with nothing to close. The poller must stay where it is: its timer is known by its address.
int poller_open(struct poller *p);
void poller_close(struct poller *p);

// How many of ready are filled; 0 when nothing came within timeout_ns, or earlier than that; or -errno, and
// then no call will do better.
int poller_wait(struct poller *p, struct epoll_event *ready, int cap, uint64_t timeout_ns);

const char *poller_name(const struct poller *p); // "epoll_pwait2"
