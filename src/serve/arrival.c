// SPDX-License-Identifier: MIT
#include "serve/arrival.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

void arrival_watch(int fd)
{
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

static uint64_t ns_of(const struct timespec *t)
{
    return (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_nsec;
}

// A stamp is of the wall clock: how old it is goes by that, and is taken off ours.
static uint64_t arrived(struct msghdr *m)
{
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
        struct timespec stamp, wall;
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_TIMESTAMPNS)
            continue;
        memcpy(&stamp, CMSG_DATA(h), sizeof stamp);
        clock_gettime(CLOCK_REALTIME, &wall);
        uint64_t now_ns = clock_ns(), wall_ns = ns_of(&wall), stamp_ns = ns_of(&stamp);
        return stamp_ns < wall_ns ? now_ns - (wall_ns - stamp_ns) : now_ns;
    }
    return 0;
}

// NOLINTNEXTLINE(readability-non-const-parameter): recvmsg writes there
ssize_t arrival_read(int fd, char *dst, size_t cap, uint64_t *at_ns)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct timespec))];
    struct iovec into = {dst, cap};
    struct msghdr m = {
        .msg_iov = &into, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(fd, &m, 0);
    *at_ns = n > 0 ? arrived(&m) : 0;
    return n < 0 ? -errno : n;
}
