// SPDX-License-Identifier: MIT
// An engine under test, a place to dial and the waiting for its events. The peers are the test's own.
#pragma once

#include "net/engine.h"

#include "base/clock.h"
#include "peer.h"
#include "settings.h"
#include "stream.h"

#include <sys/utsname.h>

struct rig {
    const struct engine_ops *ops;
    bool local;
    struct engine *e;
    struct place place;
};

// io_uring may be missing for good reasons, and only for those: not in the build, not allowed, too old.
static inline bool may_be_missing(const struct engine_ops *ops, int rc)
{
    struct utsname u;
    int major = 0, minor = 0;
    if (ops != &engine_uring)
        return false;
    if (rc == -ENOSYS || rc == -EPERM || rc == -EACCES)
        return true;
    return uname(&u) == 0 && sscanf(u.release, "%d.%d", &major, &minor) == 2 && major * 100 + minor < 601;
}

static inline void rig_open(struct rig *r, const struct setting *s, const struct engine_conf *conf)
{
    *r = (struct rig){.ops = s->ops, .local = s->local, .place.fd = -1};
    struct engine_conf with = *conf;
    if (s->filtered) {
        r->ops = &engine_filtered;
        with.below = s->ops;
        with.filter = conf->filter ? conf->filter : &identity;
    }
    int rc = r->ops->open(&r->e, &with);
    if (rc < 0 && may_be_missing(s->ops, rc))
        skip();
    assert_int_equal(rc, 0);
    place_listen(&r->place, s->local, 1024);
}

static inline void rig_close(struct rig *r)
{
    r->ops->close(r->e);
    close(r->place.fd);
}

// Whether an event comes within what is bearable. An engine may answer "none" early.
static inline bool rig_reaps(struct rig *r, struct io_event *ev)
{
    uint64_t limit_ns = clock_ns() + PEER_WAIT_MS * NS_PER_MS;
    do {
        int n = r->ops->reap(r->e, 100 * NS_PER_MS, ev);
        assert_true(n >= 0);
        if (n > 0)
            return true;
    } while (clock_ns() < limit_ns);
    return false;
}

static inline struct io_event rig_next(struct rig *r)
{
    struct io_event ev = {0};
    assert_true(rig_reaps(r, &ev));
    return ev;
}

static inline struct io_event rig_expect(struct rig *r, enum io_kind kind, const void *owner)
{
    struct io_event ev = rig_next(r);
    assert_int_equal(ev.kind, kind);
    assert_ptr_equal(ev.owner, owner);
    return ev;
}

// Nothing comes, and goes on coming not.
static inline void rig_quiet(struct rig *r)
{
    struct io_event ev;
    uint64_t limit_ns = clock_ns() + 20 * NS_PER_MS;
    do
        assert_int_equal(r->ops->reap(r->e, NS_PER_MS, &ev), 0);
    while (clock_ns() < limit_ns);
}

// Dials, and answers the other end.
static inline int rig_dial(struct rig *r, struct conn *c, void *owner)
{
    assert_int_equal(r->ops->dial(r->e, c, &r->place.addr, owner), 0);
    return peer_accept(&r->place);
}

// Dials until the connection stands.
static inline int rig_join(struct rig *r, struct conn *c, void *owner)
{
    int peer = rig_dial(r, c, owner);
    rig_expect(r, IO_OPEN, owner);
    assert_false(c->connecting);
    return peer;
}

static inline void rig_part(struct rig *r, struct conn *c, int peer)
{
    r->ops->hang_up(r->e, c);
    assert_int_equal(c->fd, -1);
    assert_true(peer_is_left(peer));
    close(peer);
}

static inline int rig_send(struct rig *r, struct conn *c, struct iovec *pieces, uint32_t n)
{
    c->out = pieces;
    c->out_n = n;
    return r->ops->send(r->e, c);
}

// The next bytes for the owner are text, in as many events as may be.
static inline void rig_hears(struct rig *r, const void *owner, const char *text)
{
    size_t len = strlen(text);
    while (len) {
        struct io_event ev = rig_expect(r, IO_DATA, owner);
        assert_in_range(ev.len, 1, len);
        assert_memory_equal(ev.data, text, ev.len);
        text += ev.len;
        len -= ev.len;
    }
}

// Turns the engine without waiting until the peer has got n bytes of the stream; IO_SENT is all that may
// come.
static inline unsigned rig_drains(struct rig *r, int peer, size_t n, unsigned seed)
{
    uint64_t limit_ns = clock_ns() + PEER_WAIT_MS * NS_PER_MS;
    unsigned sent = 0;
    struct io_event ev;
    for (size_t got = 0; got < n;) {
        assert_true(clock_ns() < limit_ns);
        got += peer_drinks(peer, got, seed);
        if (r->ops->reap(r->e, 0, &ev) <= 0)
            continue;
        assert_int_equal(ev.kind, IO_SENT);
        sent++;
    }
    return sent;
}
