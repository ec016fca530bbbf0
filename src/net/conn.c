// SPDX-License-Identifier: MIT
#include "net/conn.h"

#include "net/stamp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

int conn_dial(struct conn *c, const struct addr *a)
{
    *c = (struct conn){.fd = socket(a->to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (c->fd < 0)
        return -errno;
    if (!addr_is_unix(a)) {
        int on = 1;
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    if (connect(c->fd, (const struct sockaddr *)&a->to, a->len) == 0)
        return 0;
    if (errno == EINPROGRESS) {
        c->connecting = true;
        return 0;
    }
    int rc = -errno;
    conn_close(c);
    return rc;
}

void conn_close(struct conn *c)
{
    if (c->fd >= 0) {
        shutdown(c->fd, SHUT_RDWR); // an io_uring may hold the socket for longer than we do
        close(c->fd);
    }
    *c = (struct conn){.fd = -1};
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

static void passed(struct conn *c, size_t n)
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
        passed(c, (size_t)n);
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
