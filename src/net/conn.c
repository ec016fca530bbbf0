// SPDX-License-Identifier: MIT
#include "net/conn.h"

#include "net/stamp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

// What stays through all its lives.
static struct conn blank(const struct conn *c, int fd)
{
    return (struct conn){.fd = fd, .how = c->how, .turn = c->turn};
}

static void set(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value);
}

// The port is chosen by connect, when it knows where to: one port can then have many connections.
static int come_from(int fd, const struct addr *source)
{
    if (!source)
        return 0;
    set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    return bind(fd, (const struct sockaddr *)&source->to, source->len) < 0 ? -errno : 0;
}

static int prepare(struct conn *c, const struct addr *a)
{
    static const struct dialling usual;
    const struct dialling *how = c->how ? c->how : &usual;
    if (addr_is_unix(a))
        return 0;
    if (!how->nagle)
        set(c->fd, IPPROTO_TCP, TCP_NODELAY, 1);
    return come_from(c->fd, dialling_source(how, a, c->turn++));
}

int conn_dial(struct conn *c, const struct addr *a)
{
    int protocol = c->how && c->how->mptcp ? IPPROTO_MPTCP : 0;
    *c = blank(c, socket(a->to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
    if (c->fd < 0)
        return -errno;
    int rc = prepare(c, a);
    if (rc == 0 && connect(c->fd, (const struct sockaddr *)&a->to, a->len) < 0)
        rc = -errno;
    if (rc == -EINPROGRESS) {
        c->connecting = true;
        return 0;
    }
    if (rc < 0)
        conn_close(c);
    return rc;
}

// RST at once. A FIN before it, as shutdown sends one, would leave the port in TIME_WAIT where the other side
// is quick to answer it.
static void reset(int fd)
{
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    if (connect(fd, &nowhere, sizeof nowhere) < 0)
        return; // what comes next is a FIN, as without this
}

void conn_close(struct conn *c)
{
    if (c->fd >= 0) {
        if (c->how && c->how->reset)
            reset(c->fd);
        shutdown(c->fd, SHUT_RDWR); // an io_uring may hold the socket for longer than we do
        close(c->fd);
    }
    *c = blank(c, -1);
}

int conn_dialled(struct conn *c)
{
    int error = 0;
    socklen_t len = sizeof error;
    c->connecting = false;
    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
        return -errno;
    return -error;
}

void conn_quickack(const struct conn *c)
{
    int on = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void conn_passed(struct conn *c, size_t n)
{
    while (c->out_n && n >= c->out->iov_len) {
        n -= c->out->iov_len;
        c->out++;
        c->out_n--;
    }
    if (n) {
        c->out->iov_base = (char *)c->out->iov_base + n;
        c->out->iov_len -= n;
    }
}

static ssize_t send_some(struct conn *c)
{
    bool stamped = c->stamp && c->stamp->sends;
    if (c->out_n == 1 && !stamped)
        return send(c->fd, c->out->iov_base, c->out->iov_len, MSG_NOSIGNAL);
    struct msghdr m = {.msg_iov = c->out,
                       .msg_iovlen = c->out_n < CONN_PIECES_MAX ? c->out_n : CONN_PIECES_MAX};
    return stamped ? stamp_send(c->fd, c->stamp, &m) : sendmsg(c->fd, &m, MSG_NOSIGNAL);
}

int conn_send(struct conn *c)
{
    while (c->out_n) {
        ssize_t n = send_some(c);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        conn_passed(c, (size_t)n);
    }
    return 0;
}

static ssize_t receive(struct conn *c, char *dst, size_t cap, int flags)
{
    for (;;) {
        ssize_t n = c->stamp && dst ? stamp_receive(c->fd, c->stamp, dst, cap) : recv(c->fd, dst, cap, flags);
        if (n >= 0)
            return n;
        if (errno != EINTR)
            return -errno;
    }
}

ssize_t conn_discard(struct conn *c, size_t n)
{
    return receive(c, NULL, n, MSG_TRUNC);
}

ssize_t conn_receive(struct conn *c, char *dst, size_t cap)
{
    return receive(c, dst, cap, 0);
}
