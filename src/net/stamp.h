// SPDX-License-Identifier: MIT
// When the kernel handed bytes to the network and when it took bytes from it, for connections of the epoll
// engine (Linux: Documentation/networking/timestamping). Software stamps, of CLOCK_REALTIME.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

// Of one connection.
struct stamp {
    uint32_t sent;       // bytes since stamps were turned on: the kernel counts along
    uint32_t key;        // the last byte of the send that was asked for
    bool next;           // ask for a stamp of the next send
    bool asked, given;   // a stamp of a send was asked for; it came
    uint64_t left_ns;    // when it came
    uint64_t arrived_ns; // when the last bytes received had arrived; 0: unknown
};

// Turns stamps on for a connection that has nothing under way. 0 or -errno.
int stamp_on(int fd, struct stamp *s);

// As sendmsg and recv, with stamps.
ssize_t stamp_send(int fd, struct stamp *s, const struct msghdr *what);
ssize_t stamp_receive(int fd, struct stamp *s, char *dst, size_t cap);

// Takes what the kernel has to tell of sends.
void stamp_collect(int fd, struct stamp *s);
