// SPDX-License-Identifier: MIT
#include "net/stamp.h"

#include "base/clock.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <string.h>

#define OPT_ID_TCP (1u << 16) // Linux 6.2; older headers do not name it

int stamp_on(int fd, struct stamp *s, bool sends)
{
    unsigned flags = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE;
    if (sends)
        flags |= SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;
    unsigned whole = sends ? flags | OPT_ID_TCP : flags;
    int rc = setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &whole, sizeof whole);
    if (rc < 0) // before Linux 6.2: the same as long as nothing is under way
        rc = setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags);
    if (rc < 0)
        return -errno;
    *s = (struct stamp){.sends = sends};
    return 0;
}

static void ask_in(struct stamp *s, struct msghdr *m)
{
    uint32_t flags = SOF_TIMESTAMPING_TX_SOFTWARE;
    m->msg_control = s->ask;
    m->msg_controllen = sizeof s->ask;
    struct cmsghdr *h = CMSG_FIRSTHDR(m);
    *h = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SO_TIMESTAMPING, .cmsg_len = CMSG_LEN(sizeof flags)};
    memcpy(CMSG_DATA(h), &flags, sizeof flags);
}

static void sent(struct stamp *s, size_t n)
{
    s->sent += (uint32_t)n;
    if (!s->next)
        return;
    s->next = s->given = false;
    s->asked = true;
    s->key = s->sent - 1;
}

void stamp_asks(struct stamp *s, struct msghdr *m, size_t n)
{
    if (s->next)
        ask_in(s, m);
    sent(s, n);
}

ssize_t stamp_send(int fd, struct stamp *s, const struct msghdr *what)
{
    struct msghdr m = *what;
    if (s->next)
        ask_in(s, &m);
    ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL);
    if (n >= 0)
        sent(s, (size_t)n);
    return n;
}

static uint64_t ns_of(const struct timespec *t)
{
    return (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_nsec;
}

// The software stamp among a message's notes, or 0; *id: of a send.
static uint64_t stamp_in(struct msghdr *m, uint32_t *id)
{
    uint64_t ns = 0;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h)) {
        struct scm_timestamping t;
        struct sock_extended_err e;
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SO_TIMESTAMPING) {
            memcpy(&t, CMSG_DATA(h), sizeof t);
            ns = ns_of(&t.ts[0]);
        } else if (id && h->cmsg_len >= CMSG_LEN(sizeof e)) {
            memcpy(&e, CMSG_DATA(h), sizeof e);
            *id = e.ee_data;
        }
    }
    return ns;
}

// NOLINTNEXTLINE(readability-non-const-parameter): recvmsg writes there
ssize_t stamp_receive(int fd, struct stamp *s, char *dst, size_t cap)
{
    struct iovec iov = {dst, cap};
    _Alignas(struct cmsghdr) char control[STAMP_CONTROL];
    struct msghdr m = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(fd, &m, 0);
    if (n > 0)
        s->arrived_ns = stamp_in(&m, NULL);
    return n;
}

// NOLINTNEXTLINE(readability-non-const-parameter): a message takes no const
void stamp_arrived(struct stamp *s, void *control, size_t len)
{
    struct msghdr m = {.msg_control = control, .msg_controllen = len};
    s->arrived_ns = stamp_in(&m, NULL);
}

void stamp_collect(int fd, struct stamp *s)
{
    for (;;) {
        _Alignas(struct cmsghdr) char control[512];
        struct msghdr m = {.msg_control = control, .msg_controllen = sizeof control};
        uint32_t id = 0;
        if (recvmsg(fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
            return;
        uint64_t ns = stamp_in(&m, &id);
        if (ns && s->asked && id == s->key) {
            s->left_ns = ns;
            s->given = true;
        }
    }
}
