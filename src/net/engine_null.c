// SPDX-License-Identifier: MIT
// Answers every request in memory: what is left is the tool's own hand, the ceiling of generator, parser and
// recorder on this machine. No server, no kernel.
#include "net/engine.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Something to report.
struct report {
    struct conn *conn;
    uint32_t asks;    // requests to answer; 0: the connection stands
    bool mixed;       // the kinds of these come next
    uint16_t dialled; // which life of the connection it belongs to
};

struct engine {
    struct report *queue; // in order: a ring
    size_t mask, head, tail;
    struct slice reply;  // to one request: the caller's bytes
    char *copies;        // of it, side by side
    const char *answer;  // those, or the caller's bytes
    unsigned copies_max; // so many; 1: none, the caller's bytes will do
    unsigned asks_max;   // that one send has
    // Of several kinds of requests
    const struct slice *by; // replies: the caller's
    uint8_t *kinds;         // of all requests in the queue, in order: a ring
    size_t kinds_mask, kinds_head, kinds_tail;
    char *mixed; // replies of several kinds side by side
};

static void close_null(struct engine *e)
{
    if (!e)
        return;
    free(e->queue);
    free(e->copies);
    free(e->kinds);
    free(e->mixed);
    free(e);
}

// Bounded, where a pipeline of large values is not: more requests than there are copies get several events.
static int lay_copies(struct engine *e)
{
    size_t fit = e->reply.len ? ENGINE_NULL_BYTES / e->reply.len : e->asks_max;
    e->copies_max = fit < e->asks_max ? (unsigned)fit : e->asks_max;
    e->answer = e->reply.at;
    if (e->copies_max <= 1) {
        e->copies_max = 1;
        return 0;
    }
    e->copies = malloc(e->copies_max * e->reply.len + 1);
    for (unsigned i = 0; e->copies && e->reply.len && i < e->copies_max; i++)
        memcpy(e->copies + i * e->reply.len, e->reply.at, e->reply.len);
    e->answer = e->copies;
    return e->copies ? 0 : -ENOMEM;
}

static int keep_kinds(struct engine *e, const struct engine_conf *conf, size_t slots)
{
    e->by = conf->canned_by;
    if (!e->by)
        return 0;
    e->kinds_mask = slots - 1;
    e->kinds = malloc(slots);
    e->mixed = malloc(ENGINE_NULL_BYTES);
    return e->kinds && e->mixed ? 0 : -ENOMEM;
}

static int open_null(struct engine **out, const struct engine_conf *conf)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e)
        return -ENOMEM;
    size_t slots = 1; // each request outstanding may have been a send of its own
    while (slots < (size_t)conf->connections * (conf->asks_max + 1))
        slots *= 2;
    e->mask = slots - 1;
    e->reply = conf->canned;
    e->asks_max = conf->asks_max;
    e->queue = calloc(slots, sizeof *e->queue);
    if (!e->queue || lay_copies(e) < 0 || keep_kinds(e, conf, slots) < 0) {
        close_null(e);
        return -ENOMEM;
    }
    *out = e;
    return 0;
}

static int dial_null(struct engine *e, struct conn *c, const struct addr *to, void *owner)
{
    (void)to;
    *c = (struct conn){
        .fd = -1, .connecting = true, .owner = owner, .dialled = (uint16_t)(c->dialled + 1), .how = c->how};
    e->queue[e->tail++ & e->mask] = (struct report){c, 0, false, c->dialled};
    return 0;
}

static void hang_up_null(struct engine *e, struct conn *c)
{
    (void)e;
    *c = (struct conn){.fd = -1, .dialled = (uint16_t)(c->dialled + 1), .how = c->how};
}

static void __attribute__((noinline)) note_kinds(struct engine *e, const struct conn *c, struct report *r)
{
    r->mixed = c->kinds;
    for (uint32_t i = 0; r->mixed && i < c->asks; i++)
        e->kinds[e->kinds_tail++ & e->kinds_mask] = c->kinds[i];
}

static int send_null(struct engine *e, struct conn *c)
{
    struct report *r = &e->queue[e->tail++ & e->mask];
    *r = (struct report){c, c->asks, false, c->dialled};
    if (e->by)
        note_kinds(e, c, r);
    return 0;
}

// Replies to as many of these as there is room for, one at least; the others stay first in the queue.
static struct slice __attribute__((noinline)) mixed_replies(struct engine *e, uint32_t asks)
{
    struct slice out = e->by[e->kinds[e->kinds_head++ & e->kinds_mask]];
    uint32_t n = 1;
    for (; n < asks; n++, e->kinds_head++) {
        const struct slice *reply = &e->by[e->kinds[e->kinds_head & e->kinds_mask]];
        if (out.len + reply->len > ENGINE_NULL_BYTES)
            break;
        if (n == 1)
            memcpy(e->mixed, out.at, out.len);
        memcpy(e->mixed + out.len, reply->at, reply->len);
        out = (struct slice){e->mixed, out.len + reply->len};
    }
    if (n < asks)
        e->queue[--e->head & e->mask].asks = asks - n;
    return out;
}

// Replies to requests that are alike: to as many as there are copies; the others stay first in the queue.
static inline struct slice alike_replies(struct engine *e, uint32_t asks)
{
    if (asks > e->copies_max) {
        e->queue[--e->head & e->mask].asks -= e->copies_max;
        asks = e->copies_max;
    }
    return (struct slice){e->answer, e->reply.len * asks};
}

static int __attribute__((noinline)) nothing_for(uint64_t timeout_ns)
{
    struct timespec t = {.tv_sec = (time_t)(timeout_ns / NS_PER_S), .tv_nsec = (long)(timeout_ns % NS_PER_S)};
    nanosleep(&t, NULL);
    return 0;
}

// Takes the first report whose connection is still the one that it tells of.
static bool next_report(struct engine *e, struct report *r)
{
    while (e->head != e->tail) {
        *r = e->queue[e->head++ & e->mask];
        if (r->dialled == r->conn->dialled)
            return true;
        e->kinds_head += r->mixed ? r->asks : 0;
    }
    return false;
}

static int __attribute__((noinline)) reap_mixed(struct engine *e, uint64_t timeout_ns, struct io_event *ev)
{
    struct report r;
    if (!next_report(e, &r))
        return nothing_for(timeout_ns);
    *ev = (struct io_event){.owner = r.conn->owner, .kind = r.asks ? IO_DATA : IO_OPEN};
    r.conn->connecting = false;
    if (r.asks) {
        struct slice in = r.mixed ? mixed_replies(e, r.asks) : alike_replies(e, r.asks);
        ev->data = in.at;
        ev->len = in.len;
        ev->at_ns = clock_ns();
    }
    return 1;
}

// As lean as can be: what a request costs is counted on this engine.
static int reap_null(struct engine *e, uint64_t timeout_ns, struct io_event *ev)
{
    if (e->by)
        return reap_mixed(e, timeout_ns, ev);
    while (e->head != e->tail) {
        struct report r = e->queue[e->head++ & e->mask];
        if (r.dialled != r.conn->dialled)
            continue;
        *ev = (struct io_event){.owner = r.conn->owner, .kind = r.asks ? IO_DATA : IO_OPEN};
        r.conn->connecting = false;
        if (r.asks) {
            struct slice in = alike_replies(e, r.asks);
            ev->data = in.at;
            ev->len = in.len;
            ev->at_ns = clock_ns();
        }
        return 1;
    }
    return nothing_for(timeout_ns);
}

// Without memory each request has an event of its own.
static void answer_with(struct engine *e, struct slice reply)
{
    if (reply.at == e->reply.at && reply.len == e->reply.len)
        return;
    free(e->copies);
    e->copies = NULL;
    e->reply = reply;
    if (lay_copies(e) == 0)
        return;
    e->copies_max = 1;
    e->answer = reply.at;
}

static const char *waits_null(const struct engine *e)
{
    (void)e;
    return "none";
}

const struct engine_ops engine_null = {
    .name = "null",
    .open = open_null,
    .close = close_null,
    .dial = dial_null,
    .hang_up = hang_up_null,
    .send = send_null,
    .reap = reap_null,
    .waits = waits_null,
    .canned = answer_with,
};
