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

// What to look for, and for how long.
struct addr_query {
    const char *host;
    uint16_t port;
    uint64_t timeout_ns; // for each address
    int stop_fd;         // ends the search at once when it becomes readable; -1: none
};

// Resolves host and port. Where a name has several addresses, takes the first that accepts a connection
// within the timeout, or the first of all if none does. 0, or -1 with err (ERR_CONNECT).
int addr_tcp(struct addr *a, const struct addr_query *q, struct err *err);

// All addresses of host and port, at most `room`, whether they accept or not: how many, or -1 with err.
int addr_tcp_all(struct addr *out, unsigned room, const struct addr_query *q, struct err *err);

// A path, or "@name" for Linux's abstract name space. 0, or -1 with err (ERR_USAGE) when it is too long.
int addr_unix(struct addr *a, const char *path, struct err *err);

// What host and port are called, and nothing else.
void addr_name(struct addr *a, const char *host, uint16_t port);

// The host of such a name, without brackets. Answers dst.
char *addr_host(const struct addr *a, char dst[static sizeof(((struct addr *)0)->text)]);

// An address in digits, which needs no lookup. 0, or -EINVAL.
int addr_literal(struct addr *a, const char *host, uint16_t port);

static inline int addr_is_unix(const struct addr *a)
{
    return a->to.ss_family == AF_UNIX;
}
