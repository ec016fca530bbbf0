// SPDX-License-Identifier: MIT
#include "serve/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4096 // cut to net.core.somaxconn by the kernel

static int listen_at(const struct sockaddr *to, socklen_t len)
{
    int on = 1;
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, to, len) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int rc = -errno;
    close(fd);
    return rc;
}

static uint16_t port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } a = {0};
    socklen_t len = sizeof a;
    if (getsockname(fd, &a.any, &len) < 0)
        return 0;
    return a.any.sa_family == AF_INET6 ? ntohs(a.v6.sin6_port) : ntohs(a.v4.sin_port);
}

int listen_tcp(const char *host, uint16_t *port, struct err *err)
{
    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char service[8];
    snprintf(service, sizeof service, "%u", *port);
    int rc = getaddrinfo(host, service, &hints, &found);
    if (rc)
        return err_set(err, ERR_USAGE, "cannot listen on '%s': %s", host, gai_strerror(rc));
    int fd = listen_at(found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    if (fd < 0)
        return err_set(err, ERR_CONNECT, "cannot listen on %s port %u: %s (-p 0 picks a free port)", host,
                       *port, strerror(-fd));
    *port = port_of(fd);
    return fd;
}

int listen_unix(const char *path, struct err *err)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof a.sun_path)
        return err_set(err, ERR_USAGE, "a unix socket's path has at most %zu bytes, and '%s' has %zu",
                       sizeof a.sun_path - 1, path, strlen(path));
    memcpy(a.sun_path, path, strlen(path));
    int fd = listen_at((const struct sockaddr *)&a, sizeof a);
    if (fd < 0)
        return err_set(err, ERR_CONNECT, "cannot listen on %s: %s", path,
                       fd == -EADDRINUSE ? "something is there already; remove it first" : strerror(-fd));
    return fd;
}
