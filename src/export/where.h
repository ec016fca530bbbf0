// SPDX-License-Identifier: MIT
// An address with a port as a user writes it: "9464", "0.0.0.0:9464", "[::1]:9464", "metrics.example:8125".
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <sys/socket.h>

struct where {
    struct sockaddr_storage to;
    socklen_t len;
};

// option: for sentences. host: where text has none, and then it is an address of this machine, as numbers;
// NULL: text must have one, and a name will do. 0, or -1 with err.
int where_parse(struct where *w, const char *option, const char *text, const char *host, struct err *err);

#define WHERE_TEXT 80
char *where_text(const struct where *w, char dst[WHERE_TEXT]); // "127.0.0.1:9464"
