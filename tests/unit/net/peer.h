// SPDX-License-Identifier: MIT
// The server side of a connection, played by the test in its own thread: nothing happens there but what the
// test does, in the order in which it does it. Never blocks for longer than PEER_WAIT_MS.
#pragma once

#include "net/addr.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define PEER_WAIT_MS 10000

// A free address of 127.0.0.1, or of the abstract name space of unix sockets.
struct place {
    int fd;
    struct addr addr;
};

static inline void place_bind_local(struct place *p)
{
    static unsigned n;
    char name[64];
    struct err err;
    snprintf(name, sizeof name, "@hkv-unit-%d-%u", (int)getpid(), n++);
    assert_int_equal(addr_unix(&p->addr, name, &err), 0);
    p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(p->fd >= 0);
    assert_int_equal(bind(p->fd, (const struct sockaddr *)&p->addr.to, p->addr.len), 0);
}

static inline void place_bind_tcp(struct place *p)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof in;
    struct err err;
    int bytes = 64 * 1024; // accepted sockets inherit it: a reader that does not read is soon full
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(p->fd >= 0);
    assert_int_equal(setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes), 0);
    assert_int_equal(bind(p->fd, (const struct sockaddr *)&in, sizeof in), 0);
    assert_int_equal(getsockname(p->fd, (struct sockaddr *)&in, &len), 0);
    assert_int_equal(addr_tcp(&p->addr, &(struct addr_query){"127.0.0.1", ntohs(in.sin_port), 0, -1}, &err),
                     0);
}

// An address that is taken, and that refuses until place_listen.
static inline void place_bind(struct place *p, bool local)
{
    if (local)
        place_bind_local(p);
    else
        place_bind_tcp(p);
}

static inline void place_listen(struct place *p, bool local, int backlog)
{
    place_bind(p, local);
    assert_int_equal(listen(p->fd, backlog), 0);
}

static inline bool peer_waits(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, PEER_WAIT_MS) == 1;
}

// The connection that came first.
static inline int peer_accept(const struct place *p)
{
    assert_true(peer_waits(p->fd, POLLIN));
    int fd = accept4(p->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static inline void peer_says(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

// Whether the other side has ended the connection, in order or by force.
static inline bool peer_is_left(int fd)
{
    char bytes[4096];
    while (peer_waits(fd, POLLIN)) {
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n == 0 || (n < 0 && errno == ECONNRESET))
            return true;
        if (n < 0 && errno != EAGAIN)
            return false;
    }
    return false;
}
