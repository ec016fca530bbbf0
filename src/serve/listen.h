// SPDX-License-Identifier: MIT
// Listening sockets, non-blocking.
#pragma once

#include "base/err.h"

#include <stdint.h>

// A TCP socket on host (a name or an address) and *port; 0 there picks a free one and is replaced by it.
// The descriptor, or -1 with err.
int listen_tcp(const char *host, uint16_t *port, struct err *err);

// A unix socket at path, where nothing may be yet. The descriptor, or -1 with err.
int listen_unix(const char *path, struct err *err);
