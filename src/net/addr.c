// SPDX-License-Identifier: MIT
#include "net/addr.h"

#include "base/clock.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static int accepts(const struct addrinfo *ai, uint64_t timeout_ns)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return 0;
    int ok = connect(fd, ai->ai_addr, ai->ai_addrlen) == 0;
    if (!ok && errno == EINPROGRESS) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        int error = 0;
        socklen_t len = sizeof error;
        ok = poll(&p, 1, (int)(timeout_ns / NS_PER_MS)) == 1 &&
             getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == 0;
    }
    close(fd);
    return ok;
}

static const struct addrinfo *choose(const struct addrinfo *list, uint64_t timeout_ns)
{
    if (!list->ai_next)
        return list;
    for (const struct addrinfo *ai = list; ai; ai = ai->ai_next)
        if (accepts(ai, timeout_ns))
            return ai;
    return list;
}

int addr_tcp(struct addr *a, const char *host, uint16_t port, uint64_t timeout_ns, struct err *err)
{
    *a = (struct addr){0};
    snprintf(a->text, sizeof a->text, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *list;
    int rc = getaddrinfo(host, service, &hints, &list);
    if (rc != 0)
        return err_set(err, ERR_CONNECT, "cannot find the host '%s': %s", host,
                       rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
    const struct addrinfo *best = choose(list, timeout_ns);
    memcpy(&a->to, best->ai_addr, best->ai_addrlen);
    a->len = best->ai_addrlen;
    freeaddrinfo(list);
    return 0;
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
