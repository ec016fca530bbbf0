// SPDX-License-Identifier: MIT
// Where a server is: names resolved once, before the clock starts. Opens no lasting connection.
#pragma once

#include "base/err.h"

#include <stdint.h>
#include <sys/socket.h>

struct addr {
    struct sockaddr_storage to;
    socklen_t len;
    char text[128]; // "127.0.0.1:6379", "[::1]:6379", "/tmp/redis.sock": what the user asked for
};

// Resolves host and port. Where a name has several addresses, takes the first that accepts a connection
// within timeout_ns, or the first of all if none does. 0, or -1 with err (ERR_CONNECT).
int addr_tcp(struct addr *a, const char *host, uint16_t port, uint64_t timeout_ns, struct err *err);

// A path, or "@name" for Linux's abstract name space. 0, or -1 with err (ERR_USAGE) when it is too long.
int addr_unix(struct addr *a, const char *path, struct err *err);

static inline int addr_is_unix(const struct addr *a)
{
    return a->to.ss_family == AF_UNIX;
}
