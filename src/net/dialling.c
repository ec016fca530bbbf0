// SPDX-License-Identifier: MIT
#include "net/dialling.h"

#include "base/kernel.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

// Whether the address is one of this machine.
static int try_source(const struct addr *a, struct err *err)
{
    int fd = socket(a->to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int rc = fd < 0 || bind(fd, (const struct sockaddr *)&a->to, a->len) < 0 ? -errno : 0;
    if (fd >= 0)
        close(fd);
    if (rc == 0)
        return 0;
    return err_set(err, ERR_USAGE, "--source-addr: no connection can come from %s: %s", a->text,
                   strerror(-rc));
}

static int take_source(struct addr *out, const char *at, size_t len, struct err *err)
{
    char word[64];
    bool bracket = len > 2 && at[0] == '[' && at[len - 1] == ']';
    snprintf(word, sizeof word, "%.*s", (int)(len - 2 * bracket), at + bracket);
    if (len >= sizeof word || addr_literal(out, word, 0) < 0)
        return err_set(
            err, ERR_USAGE,
            "--source-addr: expected addresses of this machine such as 127.0.0.2,127.0.0.3, got '%.60s'",
            word);
    snprintf(out->text, sizeof out->text, "%s", word);
    return try_source(out, err);
}

int dialling_sources(struct addr *out, unsigned room, const char *list, struct err *err)
{
    unsigned n = 0;
    for (const char *at = list;; at++) {
        size_t len = strcspn(at, ",");
        if (n == room)
            return err_set(err, ERR_USAGE, "--source-addr takes at most %u addresses", room);
        if (take_source(&out[n++], at, len, err) < 0)
            return -1;
        at += len;
        if (!*at)
            return (int)n;
    }
}

static int try_mptcp(const struct addr *to, struct err *err)
{
    int fd = socket(to->to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
    if (fd >= 0) {
        close(fd);
        return 0;
    }
    return err_set(
        err, ERR_USAGE,
        "--mptcp: this kernel gives no Multipath TCP (%s): leave it out, or set net.mptcp.enabled to 1",
        strerror(errno));
}

int dialling_check(const struct dialling *d, const struct addr *to, struct err *err)
{
    bool asks = d->mptcp || d->sources_n || d->nagle;
    if (addr_is_unix(to) && asks)
        return err_set(err, ERR_USAGE, "%s is of TCP, and %s is a unix socket: leave it out",
                       d->mptcp       ? "--mptcp"
                       : d->sources_n ? "--source-addr"
                                      : "--nodelay",
                       to->text);
    if (d->sources_n && !dialling_source(d, to, 0))
        return err_set(err, ERR_USAGE, "--source-addr: none of the addresses is of the family of %s (IPv%d)",
                       to->text, to->to.ss_family == AF_INET6 ? 6 : 4);
    return d->mptcp ? try_mptcp(to, err) : 0;
}

const struct addr *dialling_source(const struct dialling *d, const struct addr *to, unsigned turn)
{
    for (unsigned i = 0; i < d->sources_n; i++) {
        const struct addr *a = &d->sources[(turn + i) % d->sources_n];
        if (a->to.ss_family == to->to.ss_family)
            return a;
    }
    return NULL;
}

unsigned dialling_ports(void)
{
    return kernel_ports(KERNEL_PORTS);
}

const char *dialling_why(int rc, char why[DIALLING_WHY])
{
    if (rc == -EADDRNOTAVAIL || rc == -EADDRINUSE)
        snprintf(
            why, DIALLING_WHY,
            "no local port is left for one more connection (of %u in net.ipv4.ip_local_port_range; closed "
            "connections keep theirs for a minute): give several local addresses with --source-addr, or "
            "--close rst, or fewer connections",
            dialling_ports());
    else
        snprintf(why, DIALLING_WHY, "%s", strerror(-rc));
    return why;
}
