// SPDX-License-Identifier: MIT
// Messages between two processes over a stream socket that both have from their start. Knows nothing of what
// they say.
#pragma once

#include "base/buf.h"

#include <stdint.h>

struct channel {
    int fd;
    struct buf in;
};

struct message {
    char type;
    uint64_t number;
    struct slice bytes; // until the next one is received
};

int channel_send(const struct channel *c, char type, uint64_t number, struct slice bytes); // 0 or -errno

// The next message. 1; 0 where none came within timeout_ms (-1: for ever), or stop_fd (-1: none) is readable;
// -1 where the other side is gone, or without memory.
int channel_receive(struct channel *c, struct message *m, int stop_fd, int timeout_ms);

void channel_close(struct channel *c);
