// SPDX-License-Identifier: MIT
// When the kernel handed bytes to the network and when it took bytes from it (Linux:
// Documentation/networking/timestamping). Software stamps, of CLOCK_REALTIME. Who sends and receives is the
// engine's.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#define STAMP_CONTROL 96 // bytes that the kernel's stamp of a receive takes, with room to spare
#define STAMP_ASK CMSG_SPACE(sizeof(uint32_t))

// Of one connection.
struct stamp {
    bool sends;          // stamps of sends may be asked for
    uint32_t sent;       // bytes since stamps were turned on: the kernel counts along
    uint32_t key;        // the last byte of the send that was asked for
    bool next;           // ask for a stamp of the next send
    bool asked, given;   // a stamp of a send was asked for; it came
    uint64_t left_ns;    // when it came
    uint64_t arrived_ns; // when the last bytes received had arrived; 0: unknown
    _Alignas(struct cmsghdr) char ask[STAMP_ASK]; // of the send under way
};

// Turns stamps on for a connection that has nothing under way; sends: of sends too. 0 or -errno.
int stamp_on(int fd, struct stamp *s, bool sends);

// Notes that n bytes are sent by this message, and asks for a stamp where one is wanted.
void stamp_asks(struct stamp *s, struct msghdr *m, size_t n);

// As sendmsg and recv, with stamps.
ssize_t stamp_send(int fd, struct stamp *s, const struct msghdr *what);
ssize_t stamp_receive(int fd, struct stamp *s, char *dst, size_t cap);

// What lies beside received bytes.
void stamp_arrived(struct stamp *s, void *control, size_t len);

// Takes what the kernel has to tell of sends.
void stamp_collect(int fd, struct stamp *s);
