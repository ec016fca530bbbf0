// SPDX-License-Identifier: MIT
// One connection: its descriptor and what is still to be sent on it. Knows no protocol; keeps no bytes of its
// own, the pieces to send belong to the caller and must stay until they are gone.
#pragma once

#include "net/dialling.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define CONN_PIECES_MAX 1024 // of one sendmsg: the kernel's own limit

struct stamp;

struct conn {
    int fd;               // -1: closed
    bool connecting;      // connect() has not been answered
    bool blocked;         // the kernel takes no more bytes for now
    struct iovec *out;    // pieces to send: the caller's array; conn_sent moves it along
    uint32_t out_n;       // pieces left
    bool midway;          // the caller has part of a reply, and more of it is on its way
    size_t skip;          // bytes to come that the caller need not see; only on TCP
    uint32_t asks;        // requests in out, for an engine that answers them itself
    const uint8_t *kinds; // of these, as long as send lasts; NULL: all are alike
    // What the caller sets, and no dial changes
    const struct dialling *how; // NULL: as it is by default
    unsigned turn;              // of the sources: counts its dials
    // The engine's own
    void *owner;           // whom an engine reports its events to
    unsigned slot;         // io_uring: of the table of registered files
    uint16_t dialled;      // io_uring: how often, modulo 65536
    struct stamp *stamp;   // where the kernel's stamps go, or NULL; set after dial
    struct msghdr message; // io_uring: must outlive the call where out has several pieces
};

// Begins a non-blocking connect, TCP_NODELAY set unless c->how says otherwise; c is zeroed or has been
// dialled before. 0 (connecting says whether it is done), or -errno; -EAGAIN when a unix socket's backlog is
// full.
int conn_dial(struct conn *c, const struct addr *a);

void conn_close(struct conn *c);

// How a connect that was under way ended: 0 or -errno. Clears connecting.
int conn_dialled(struct conn *c);

// Acknowledge what comes at once: the kernel forgets it soon, so it must be said again. Only TCP listens.
void conn_quickack(const struct conn *c);

// Sends what the kernel takes: 0 when all is gone, -EAGAIN with the rest still in out, or -errno.
int conn_send(struct conn *c);

// n bytes of out are gone.
void conn_passed(struct conn *c, size_t n);

// Lets the kernel forget up to n bytes that it has received, without copying them: as conn_receive. TCP only.
ssize_t conn_discard(struct conn *c, size_t n);

// What the kernel has received, up to cap bytes: > 0, 0 at the end of the stream, or -errno.
ssize_t conn_receive(struct conn *c, char *dst, size_t cap);
