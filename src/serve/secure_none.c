// SPDX-License-Identifier: MIT
// A build without OpenSSL.
#include "serve/secure.h"

#include <errno.h>

int secure_open(struct secure **out, const struct secure_conf *conf, struct err *err)
{
    (void)conf;
    *out = NULL;
    return err_set(err, ERR_USAGE, "this build has no TLS: install libssl-dev and build again");
}

void secure_close(struct secure *s)
{
    (void)s;
}

const char *secure_certificate(const struct secure *s)
{
    (void)s;
    return NULL;
}

void *secure_begin(const struct secure *s, int fd)
{
    (void)s;
    (void)fd;
    return NULL;
}

void secure_end(void *ssl)
{
    (void)ssl;
}

// NOLINTNEXTLINE(readability-non-const-parameter): secure.c writes there
ssize_t secure_read(void *ssl, char *dst, size_t cap)
{
    (void)ssl;
    (void)dst;
    (void)cap;
    return -ENOSYS;
}

ssize_t secure_write(void *ssl, const char *at, size_t len)
{
    (void)ssl;
    (void)at;
    (void)len;
    return -ENOSYS;
}

void secure_change_keys(void *ssl)
{
    (void)ssl;
}
