// SPDX-License-Identifier: MIT
#include "net/addr.h"

#include "base/clock.h"
#include "net/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static bool stopped(const struct addr_query *q)
{
    struct pollfd p = {.fd = q->stop_fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

static int accepts(const struct addrinfo *ai, const struct addr_query *q)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return 0;
    int ok = connect(fd, ai->ai_addr, ai->ai_addrlen) == 0;
    if (!ok && errno == EINPROGRESS) {
        struct pollfd p[2] = {{.fd = fd, .events = POLLOUT}, {.fd = q->stop_fd, .events = POLLIN}};
        int error = 0;
        socklen_t len = sizeof error;
        ok = poll(p, 2, (int)(q->timeout_ns / NS_PER_MS)) > 0 && p[0].revents &&
             getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == 0;
    }
    close(fd);
    return ok;
}

static const struct addrinfo *choose(const struct addrinfo *list, const struct addr_query *q)
{
    if (!list->ai_next)
        return list;
    for (const struct addrinfo *ai = list; ai && !stopped(q); ai = ai->ai_next)
        if (accepts(ai, q))
            return ai;
    return list;
}

void addr_name(struct addr *a, const char *host, uint16_t port)
{
    *a = (struct addr){0};
    snprintf(a->text, sizeof a->text, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
}

char *addr_host(const struct addr *a, char dst[static sizeof(((struct addr *)0)->text)])
{
    const char *colon = strrchr(a->text, ':');
    size_t n = colon ? (size_t)(colon - a->text) : strlen(a->text), bracket = n > 2 && a->text[0] == '[';
    memmove(dst, a->text + bracket, n - 2 * bracket);
    dst[n - 2 * bracket] = 0;
    return dst;
}

int addr_literal(struct addr *a, const char *host, uint16_t port)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&a->to;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a->to;
    addr_name(a, host, port);
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        a->len = sizeof *v4;
        return 0;
    }
    if (inet_pton(AF_INET6, host, &v6->sin6_addr) != 1)
        return -EINVAL;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    a->len = sizeof *v6;
    return 0;
}

static int look_up(struct addrinfo **list, const struct addr_query *q, struct err *err)
{
    int rc = stopped(q) ? EAI_INTR : resolve(list, q->host, q->port, q->stop_fd);
    if (rc == EAI_INTR)
        err_set(err, ERR_CONNECT, "interrupted while looking up the host '%s'", q->host);
    else if (rc != 0)
        err_set(err, ERR_CONNECT, "cannot find the host '%s': %s", q->host,
                rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
    return rc == 0 ? 0 : -1;
}

static void take(struct addr *a, const struct addr_query *q, const struct addrinfo *ai)
{
    addr_name(a, q->host, q->port);
    memcpy(&a->to, ai->ai_addr, ai->ai_addrlen);
    a->len = ai->ai_addrlen;
}

int addr_tcp(struct addr *a, const struct addr_query *q, struct err *err)
{
    struct addrinfo *list;
    addr_name(a, q->host, q->port);
    if (look_up(&list, q, err) < 0)
        return -1;
    take(a, q, choose(list, q));
    freeaddrinfo(list);
    return 0;
}

int addr_tcp_all(struct addr *out, unsigned room, const struct addr_query *q, struct err *err)
{
    struct addrinfo *list;
    unsigned n = 0;
    if (look_up(&list, q, err) < 0)
        return -1;
    for (const struct addrinfo *ai = list; ai && n < room; ai = ai->ai_next)
        take(&out[n++], q, ai);
    freeaddrinfo(list);
    return (int)n;
}

int addr_unix(struct addr *a, const char *path, struct err *err)
{
    *a = (struct addr){0};
    struct sockaddr_un *un = (struct sockaddr_un *)&a->to;
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof un->sun_path)
        return err_set(err, ERR_USAGE, "a socket path has 1 to %zu bytes, this one has %zu",
                       sizeof un->sun_path - 1, len);
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path, len + 1);
    a->len = (socklen_t)sizeof *un;
    if (path[0] == '@') {
        un->sun_path[0] = 0;
        a->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    }
    snprintf(a->text, sizeof a->text, "%s", path);
    return 0;
}
