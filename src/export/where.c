// SPDX-License-Identifier: MIT
#include "export/where.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const char *option, const char *text, const char *host, struct err *err)
{
    return err_set(err, ERR_USAGE, "%s: expected %s, got '%.100s'", option,
                   host ? "a port or an address with one, such as 9464 or 0.0.0.0:9464"
                        : "a host with a port, such as 127.0.0.1:8125",
                   text);
}

static bool is_port(const char *text, bool any)
{
    char *end;
    long port = strtol(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && port <= 65535 && port >= (any ? 0 : 1);
}

// Takes brackets off.
static bool split(const char *text, const char *host, char *name, size_t cap, const char **port)
{
    const char *colon = strrchr(text, ':');
    bool brackets = text[0] == '[' && colon && colon > text && colon[-1] == ']';
    size_t from = brackets ? 1 : 0, len = colon ? (size_t)(colon - text) - 2 * from : 0;
    *port = colon ? colon + 1 : text;
    if (!colon && !host)
        return false;
    if (colon && (!len || len >= cap || (!brackets && memchr(text, ':', len))))
        return false;
    snprintf(name, cap, "%.*s", colon ? (int)len : (int)strlen(host), colon ? text + from : host);
    return true;
}

int where_parse(struct where *w, const char *option, const char *text, const char *host, struct err *err)
{
    bool serves = host != NULL;
    char name[256];
    const char *port;
    if (!split(text, host, name, sizeof name, &port) || !is_port(port, serves))
        return refuse(option, text, host, err);
    struct addrinfo hints = {.ai_flags = AI_NUMERICSERV | (serves ? AI_NUMERICHOST | AI_PASSIVE : 0),
                             .ai_socktype = serves ? SOCK_STREAM : SOCK_DGRAM},
                    *found;
    int rc = getaddrinfo(name, port, &hints, &found);
    if (rc && serves)
        return refuse(option, text, host, err);
    if (rc)
        return err_set(err, ERR_USAGE, "%s: '%.100s' has no address: %s", option, name, gai_strerror(rc));
    *w = (struct where){.len = found->ai_addrlen};
    memcpy(&w->to, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return 0;
}

char *where_text(const struct where *w, char dst[WHERE_TEXT])
{
    char host[INET6_ADDRSTRLEN], port[8];
    if (getnameinfo((const struct sockaddr *)&w->to, w->len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        host[0] = port[0] = 0;
    snprintf(dst, WHERE_TEXT, w->to.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
    return dst;
}
