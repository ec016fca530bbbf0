// SPDX-License-Identifier: MIT
// epoll behind the engine interface. A socket is registered once, for reading; a write goes straight out, and
// EPOLLOUT is armed only after EAGAIN, so that the steady state has no epoll_ctl.
#include "net/engine.h"

#include "base/clock.h"
#include "base/poller.h"
#include "net/stamp.h"

#include <errno.h>
#include <stdlib.h>

#define READY_MAX 128
#define SCRATCH_BYTES (128 * 1024) // holds the reply to a GET of 64 KiB whole

struct engine {
    struct poller poller;
    int ready_n, ready_at; // what of ready is not yet reaped
    size_t read_bytes;     // at a time
    struct conn *skimmed;  // has just been read from, and may have more to pass over
    struct epoll_event ready[READY_MAX];
    char scratch[SCRATCH_BYTES]; // every connection's bytes come here: taken before the next reap
};

static int open_epoll(struct engine **out, const struct engine_conf *conf)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e)
        return -ENOMEM;
    e->read_bytes = conf->large ? SKIM_BYTES : sizeof e->scratch;
    int rc = poller_open(&e->poller);
    if (rc < 0)
        free(e);
    else
        *out = e;
    return rc;
}

static void close_epoll(struct engine *e)
{
    if (!e)
        return;
    poller_close(&e->poller);
    free(e);
}

static int want(struct engine *e, struct conn *c, int op, bool writing)
{
    struct epoll_event ev = {.events = EPOLLIN | (writing ? EPOLLOUT : 0u), .data.ptr = c};
    return epoll_ctl(e->poller.epoll, op, c->fd, &ev) < 0 ? -errno : 0;
}

static int dial_epoll(struct engine *e, struct conn *c, const struct addr *to, void *owner)
{
    int rc = conn_dial(c, to);
    if (rc < 0)
        return rc;
    c->owner = owner;
    c->connecting = true; // also when it stands already: reported when it is first writable
    rc = want(e, c, EPOLL_CTL_ADD, true);
    if (rc < 0)
        conn_close(c);
    return rc;
}

// What is still in ready for the connection is forgotten: it may have another descriptor by then.
static void hang_up_epoll(struct engine *e, struct conn *c)
{
    for (int i = e->ready_at; i < e->ready_n; i++)
        if (e->ready[i].data.ptr == c)
            e->ready[i].events = 0;
    conn_close(c);
}

static int send_epoll(struct engine *e, struct conn *c)
{
    int rc = conn_send(c);
    if (rc != -EAGAIN)
        return rc;
    c->blocked = true;
    return want(e, c, EPOLL_CTL_MOD, true);
}

static bool closed(struct io_event *ev, int error)
{
    ev->kind = IO_CLOSED;
    ev->error = error;
    return true;
}

static bool writable(struct engine *e, struct conn *c, struct io_event *ev)
{
    ev->kind = c->connecting ? IO_OPEN : IO_SENT;
    int rc = c->connecting ? conn_dialled(c) : conn_send(c);
    if (rc == -EAGAIN)
        return false;
    if (rc == 0) {
        c->blocked = false;
        rc = want(e, c, EPOLL_CTL_MOD, false);
    }
    return rc < 0 ? closed(ev, rc) : true;
}

static bool readable(struct engine *e, struct conn *c, struct io_event *ev)
{
    bool skips = c->skip >= SKIP_MIN;
    ssize_t n = skips ? conn_discard(c, c->skip) : conn_receive(c, e->scratch, e->read_bytes);
    ev->at_ns = clock_ns();
    if (n == -EAGAIN)
        return false;
    if (n <= 0)
        return closed(ev, (int)n);
    ev->kind = IO_DATA;
    ev->data = skips ? NULL : e->scratch;
    ev->len = (size_t)n;
    e->skimmed = e->read_bytes == SKIM_BYTES ? c : NULL;
    return true;
}

// A large reply is read on at once: the header has told what can be passed over, and the value what comes
// behind it.
static bool read_on(struct engine *e, struct io_event *ev)
{
    struct conn *c = e->skimmed;
    e->skimmed = NULL;
    if (!c || c->fd < 0 || !c->midway)
        return false;
    *ev = (struct io_event){.owner = c->owner};
    return readable(e, c, ev);
}

// Turns one readiness into a completion, if it is one. What is left of a readiness comes again.
static bool complete(struct engine *e, const struct epoll_event *ready, struct io_event *ev)
{
    struct conn *c = ready->data.ptr;
    if (!ready->events)
        return false;
    *ev = (struct io_event){.owner = c->owner};
    if (ready->events & EPOLLERR && c->stamp)
        stamp_collect(c->fd, c->stamp);
    if (ready->events & EPOLLOUT && writable(e, c, ev))
        return true;
    if (c->connecting) // refused: EPOLLERR and EPOLLHUP may come without EPOLLOUT
        return writable(e, c, ev);
    return ready->events & ~(uint32_t)EPOLLOUT ? readable(e, c, ev) : false;
}

static int wait_ready(struct engine *e, uint64_t timeout_ns)
{
    int n = poller_wait(&e->poller, e->ready, READY_MAX, timeout_ns);
    e->ready_at = 0;
    e->ready_n = n > 0 ? n : 0;
    return n;
}

static int reap_epoll(struct engine *e, uint64_t timeout_ns, struct io_event *ev)
{
    for (;;) {
        if (read_on(e, ev))
            return 1;
        while (e->ready_at < e->ready_n)
            if (complete(e, &e->ready[e->ready_at++], ev))
                return 1;
        int rc = wait_ready(e, timeout_ns);
        if (rc <= 0)
            return rc;
    }
}

static const char *waits_epoll(const struct engine *e)
{
    return poller_name(&e->poller);
}

const struct engine_ops engine_epoll = {
    .name = "epoll",
    .open = open_epoll,
    .close = close_epoll,
    .dial = dial_epoll,
    .hang_up = hang_up_epoll,
    .send = send_epoll,
    .reap = reap_epoll,
    .waits = waits_epoll,
};
