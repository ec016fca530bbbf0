// SPDX-License-Identifier: MIT
// What changes the bytes of a connection on their way, in both directions: TLS. It sees bytes as they pass
// and moves none itself: engine_filtered does, between any engine and its caller. Where the kernel is to
// change what is sent, it writes the opening exchange itself, and after that sees only what comes.
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

enum filter_is {
    FILTER_OPENING, // both sides are still agreeing; nothing of the caller passes yet
    FILTER_OPEN,
    FILTER_ENDED, // the other side said, in order, that it is done
};

struct addr;
struct filter;

// What both sides of a connection have agreed on.
struct agreement {
    const char *protocol,
        *cipher;        // "TLSv1.3", "TLS_AES_256_GCM_SHA384"; good for as long as the program runs
    const char *kernel; // what the kernel changes: "tx", what is sent; NULL: nothing
    bool resumed;       // as an earlier connection had it
    uint64_t took_ns;   // from when the connection stood: the engine's to fill in
};

struct filter_ops {
    // The state of a connection to `to` that stands as fd, or NULL without memory; end gives it back, and
    // leaves fd as it is.
    void *(*begin)(const struct filter *f, const struct addr *to, int fd);
    void (*end)(void *state);
    // Takes bytes that came; none to begin with. What they mean is appended to plain, what has to be sent for
    // that to wire, also when it fails. How things stand (enum filter_is), or -errno: then why says more.
    int (*take)(void *state, struct slice came, struct buf *plain, struct buf *wire);
    // Appends to wire what pieces turn into: as few units as there can be. 0 or -errno. Not asked where the
    // kernel does it.
    int (*give)(void *state, const struct iovec *pieces, uint32_t n, struct buf *wire);
    void (*leave)(void *state, struct buf *wire); // appends the last words, if there are any
    // A sentence on why take failed or, where it did not, on why the connection must not end now, as it did
    // (error 0) or broke (-errno); NULL: there is none. Good until end.
    const char *(*why)(void *state, int error);
    void (*agreed)(void *state, struct agreement *a); // as it is open
};

// Of all connections to one server. Threads share it: what it keeps beside this is its own to guard.
struct filter {
    const struct filter_ops *ops;
    bool in_kernel;   // what is sent passes as it is once both have agreed: the kernel changes it
    const char *mute; // why agreeing may have no answer, and what to do: a clause
};
