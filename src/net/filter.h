// SPDX-License-Identifier: MIT
// What changes the bytes of a connection on their way, in both directions: TLS. It sees bytes as they pass
// and moves none itself: engine_filtered does, between any engine and its caller.
#pragma once

#include "base/buf.h"

#include <stdint.h>
#include <sys/uio.h>

enum filter_is {
    FILTER_OPENING, // both sides are still agreeing; nothing of the caller passes yet
    FILTER_OPEN,
    FILTER_ENDED, // the other side said, in order, that it is done
};

struct filter;

struct filter_ops {
    // The state of a connection that stands, or NULL without memory; end gives it back.
    void *(*begin)(const struct filter *f);
    void (*end)(void *state);
    // Takes bytes that came; none to begin with. What they mean is appended to plain, what has to be sent for
    // that to wire, also when it fails. How things stand (enum filter_is), or -errno: then why says more.
    int (*take)(void *state, struct slice came, struct buf *plain, struct buf *wire);
    // Appends to wire what pieces turn into: as few units as there can be. 0 or -errno.
    int (*give)(void *state, const struct iovec *pieces, uint32_t n, struct buf *wire);
    void (*leave)(void *state, struct buf *wire); // appends the last words, if there are any
    // A sentence on why take failed, or why the connection must not end now; NULL: there is none. Good until
    // end.
    const char *(*why)(void *state);
};

// Of all connections to one server. Nobody writes to it while a run is on: threads share it.
struct filter {
    const struct filter_ops *ops;
};
