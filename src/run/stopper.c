// SPDX-License-Identifier: MIT
#include "run/stopper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t ours(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

int stopper_open(struct stopper *s)
{
    sigset_t set = ours();
    *s = (struct stopper){.fd = -1};
    sigprocmask(SIG_BLOCK, &set, NULL);
    s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->fd < 0 ? -errno : 0;
}

int stopper_wait(struct stopper *s, int other_fd, int timeout_ms)
{
    struct pollfd p[2] = {{.fd = s->fd, .events = POLLIN}, {.fd = other_fd, .events = POLLIN}};
    if (poll(p, 2, timeout_ms) <= 0 || !(p[0].revents & POLLIN))
        return s->signal;
    struct signalfd_siginfo info;
    if (read(s->fd, &info, sizeof info) == sizeof info && !s->signal) {
        sigset_t set = ours();
        s->signal = (int)info.ssi_signo;
        sigprocmask(SIG_UNBLOCK, &set, NULL);
    }
    return s->signal;
}

void stopper_close(struct stopper *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}
