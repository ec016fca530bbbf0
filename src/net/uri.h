// SPDX-License-Identifier: MIT
// redis:// and valkey:// addresses, with an s for TLS, taken apart and percent-decoded. Never connects, and
// never quotes the user or the password in a sentence.
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct uri {
    const char *user;     // these three are NULL where the URI has none, or an empty one
    const char *password; // ("" is a password, though)
    const char *host;     // without brackets
    const char *path;     // of a unix socket, in place of a host
    uint16_t port;        // 0: none given
    bool tls;             // rediss://, valkeys://
    bool has_db;
    unsigned dbnum;
    char *storage; // what the texts above point into
};

#define URI_DBNUM_MAX INT32_MAX

// scheme://[user[:password]@][host][:port][/db], an IPv6 host in brackets; or
// unix://[user:password@]/path[?db=N]. 0, or -1 with err.
int uri_parse(const char *text, struct uri *u, struct err *err);

void uri_free(struct uri *u);

// Overwrites the user and the password in text with x.
void uri_hide(char *text);
