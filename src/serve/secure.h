// SPDX-License-Identifier: MIT
// TLS of the embedded server: OpenSSL on the sockets themselves. Shares nothing with the client's, so that a
// fault of that one cannot hide itself. In a build without OpenSSL opening it says so.
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Without files: a certificate that is made on the spot, for this machine.
struct secure_conf {
    bool on;
    const char *cert, *key; // PEM
    const char *ca;         // whom clients must have a certificate of; NULL: they need none
};

struct secure; // of all connections

// 0, or -1 with err.
int secure_open(struct secure **out, const struct secure_conf *conf, struct err *err);
void secure_close(struct secure *s); // NULL does nothing

const char *secure_certificate(const struct secure *s); // in PEM, of the one that was made; NULL: none was

// A connection's own, or NULL without memory. The descriptor stays the caller's.
void *secure_begin(const struct secure *s, int fd);
void secure_end(void *ssl); // says goodbye

// Bytes read or written, 0 at the end, or -errno: -EAGAIN where the socket must become readable, or writable,
// first.
ssize_t secure_read(void *ssl, char *dst, size_t cap);
ssize_t secure_write(void *ssl, const char *at, size_t len);

void secure_change_keys(void *ssl); // both sides', before what is written next; only TLS 1.3 can
