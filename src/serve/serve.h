// SPDX-License-Identifier: MIT
// The embedded server: a target for self-tests and first steps, with a loop and a store of its own, so that a
// fault of the client's engines cannot hide itself. Not a database.
#pragma once

#include "base/err.h"
#include "serve/fault.h"
#include "serve/secure.h"

#include <stdint.h>

struct serve_conf {
    const char *host;       // to listen on
    uint16_t port;          // 0: a free one
    const char *unix_path;  // NULL: TCP alone
    struct secure_conf tls; // of both
    struct fault_conf faults;
};

struct serve;

// Listens, and accepts nothing yet. 0, or -1 with err.
int serve_open(struct serve **out, const struct serve_conf *conf, struct err *err);

uint16_t serve_port(const struct serve *s);
const char *serve_certificate(const struct serve *s); // in PEM, of one that it made for itself; NULL: none

// Serves in a thread of its own until serve_close. 0, or -errno.
int serve_start(struct serve *s);

// Readable once the thread has ended by itself, because nothing can be waited for. Then serve_failed answers
// -1 with err, once; before that 0.
int serve_ended_fd(const struct serve *s);
int serve_failed(const struct serve *s, struct err *err);

// Ends the thread, every connection and the server.
void serve_close(struct serve *s);
