// SPDX-License-Identifier: MIT
// Looks up a host name, and can be stopped while the resolver waits for a server. Connects to nothing.
#pragma once

#include <netdb.h>
#include <stdint.h>

// The addresses of host and port for freeaddrinfo: 0, or one of getaddrinfo's errors. Answers EAI_INTR as
// soon as stop_fd (-1: none) becomes readable.
int resolve(struct addrinfo **out, const char *host, uint16_t port, int stop_fd);
