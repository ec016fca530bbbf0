// SPDX-License-Identifier: MIT
// Bytes that tell where they belong: a peer pours and drinks them, and none may be lost, doubled or moved.
#pragma once

#include "peer.h"

// Byte i of the stream with this seed: no two near places or streams look alike.
static inline char stream_byte(size_t i, unsigned seed)
{
    return (char)(i * 31 + (i >> 8) * 17 + (i >> 16) * 5 + (size_t)seed * 101);
}

static inline void stream_fill(char *dst, size_t from, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = stream_byte(from + i, seed);
}

static inline bool stream_is(const char *at, size_t from, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++)
        if (at[i] != stream_byte(from + i, seed))
            return false;
    return true;
}

// Sends what the kernel takes of the stream's bytes [from, to). Answers how many it took.
static inline size_t peer_pours(int fd, size_t from, size_t to, unsigned seed)
{
    char block[16384];
    size_t at = from;
    while (at < to) {
        size_t n = to - at < sizeof block ? to - at : sizeof block;
        stream_fill(block, at, n, seed);
        ssize_t sent = send(fd, block, n, MSG_NOSIGNAL);
        assert_true(sent > 0 || errno == EAGAIN);
        if (sent <= 0)
            break;
        at += (size_t)sent;
    }
    return at - from;
}

// Reads what is there and finds it to be the stream's bytes from `from` on. Answers how many there were.
static inline size_t peer_drinks(int fd, size_t from, unsigned seed)
{
    char block[16384];
    ssize_t n = recv(fd, block, sizeof block, MSG_DONTWAIT);
    if (n < 0)
        assert_int_equal(errno, EAGAIN);
    assert_int_not_equal(n, 0); // not the end
    size_t got = n > 0 ? (size_t)n : 0;
    assert_true(stream_is(block, from, got, seed));
    return got;
}
