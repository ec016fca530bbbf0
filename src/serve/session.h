// SPDX-License-Identifier: MIT
// One connection of the embedded server: its bytes in, its replies out. Waits for nothing: the server's loop
// does.
#pragma once

#include "serve/commands.h"

struct session {
    int fd;
    size_t at;       // place in the server's list
    uint32_t events; // that epoll watches for it
    struct asker asker;
    struct buf in; // bytes of requests not yet run
    size_t want;   // in holds no whole request before it has this many bytes
};

// Takes over the descriptor, which must be non-blocking. NULL without memory, and fd is still the caller's.
struct session *session_new(int fd);
void session_free(struct session *s);

// Reads, runs and answers as far as it goes without waiting. Answers the epoll events to go on at, or 0 once
// the connection has ended. Unsent replies are bounded: while there are many, nothing more is run or read.
uint32_t session_go(struct session *s, struct service *service);
