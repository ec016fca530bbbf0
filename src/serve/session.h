// SPDX-License-Identifier: MIT
// One connection of the embedded server: its bytes in, its replies out. Waits for nothing: the server's loop
// does.
#pragma once

#include "serve/plant.h"
#include "serve/secure.h"
#include "serve/service.h"

// One reply that waits.
struct hold {
    uint64_t due_ns;
    uint64_t end; // of it, among all bytes ever put into out
};

struct session {
    int fd;
    void *ssl;       // NULL: plain
    size_t at;       // place in the server's list
    uint32_t events; // that epoll watches for it
    struct asker asker;
    struct buf in; // bytes of requests not yet run
    size_t want;   // in holds no whole request before it has this many bytes

    // Only with faults
    struct buf holds;       // of struct hold: when each reply in out may go
    uint64_t replies;       // answered so far
    uint64_t put_bytes;     // ever put into out
    uint64_t sent_bytes;    // ever sent
    uint64_t reads_from_ns; // nothing is read before
    uint64_t arrived_ns;    // when the last bytes read had arrived, where the queue is punctual; 0: unknown
    struct plant_last last; // value that it read
    uint64_t keys_at;       // replies, after which keys are changed
};

// Takes over the descriptor, which must be non-blocking. NULL without memory, and fd is still the caller's.
struct session *session_new(int fd, const struct secure *tls);
void session_free(struct session *s);

// Reads, runs and answers as far as it goes without waiting. Answers the epoll events to go on at, or 0 once
// the connection has ended. Unsent replies are bounded, a single one too: while there are many, nothing more
// is run or read.
uint32_t session_go(struct session *s, struct service *service);

// Replies of it that wait.
size_t session_held(const struct session *s);

// When it is to go on by itself: a reply that was held back may go, or it may read again. UINT64_MAX: never.
uint64_t session_due(const struct session *s);
