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
    uint32_t asks;   // requests to answer; 0: the connection stands
    uint8_t dialled; // which life of the connection it belongs to
};

struct engine {
    struct report *queue; // in order: a ring
    size_t mask, head, tail;
    struct slice reply;  // to one request: the caller's bytes
    char *copies;        // of it, side by side
    const char *answer;  // those, or the caller's bytes
    unsigned copies_max; // so many; 1: none, the caller's bytes will do
};

static void close_null(struct engine *e)
{
    if (!e)
        return;
    free(e->queue);
    free(e->copies);
    free(e);
}

// Bounded, where a pipeline of large values is not: more requests than there are copies get several events.
static int lay_copies(struct engine *e, unsigned asks_max)
{
    size_t fit = e->reply.len ? ENGINE_NULL_BYTES / e->reply.len : asks_max;
    e->copies_max = fit < asks_max ? (unsigned)fit : asks_max;
    e->answer = e->reply.at;
    if (e->copies_max <= 1) {
        e->copies_max = 1;
        return 0;
    }
    e->copies = malloc(e->copies_max * e->reply.len + 1);
    for (unsigned i = 0; e->copies && i < e->copies_max; i++)
        memcpy(e->copies + i * e->reply.len, e->reply.at, e->reply.len);
    e->answer = e->copies;
    return e->copies ? 0 : -ENOMEM;
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
    e->queue = calloc(slots, sizeof *e->queue);
    if (!e->queue || lay_copies(e, conf->asks_max) < 0) {
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
        .fd = -1, .connecting = true, .owner = owner, .dialled = (uint8_t)(c->dialled + 1), .how = c->how};
    e->queue[e->tail++ & e->mask] = (struct report){c, 0, c->dialled};
    return 0;
}

static void hang_up_null(struct engine *e, struct conn *c)
{
    (void)e;
    *c = (struct conn){.fd = -1, .dialled = (uint8_t)(c->dialled + 1), .how = c->how};
}

static int send_null(struct engine *e, struct conn *c)
{
    e->queue[e->tail++ & e->mask] = (struct report){c, c->asks, c->dialled};
    return 0;
}

static int reap_null(struct engine *e, uint64_t timeout_ns, struct io_event *ev)
{
    while (e->head != e->tail) {
        struct report r = e->queue[e->head++ & e->mask];
        if (r.dialled != r.conn->dialled)
            continue;
        if (r.asks > e->copies_max) { // the others stay first in the queue
            e->queue[--e->head & e->mask].asks -= e->copies_max;
            r.asks = e->copies_max;
        }
        *ev = (struct io_event){.owner = r.conn->owner, .kind = r.asks ? IO_DATA : IO_OPEN};
        r.conn->connecting = false;
        if (r.asks) {
            ev->data = e->answer;
            ev->len = e->reply.len * r.asks;
            ev->at_ns = clock_ns();
        }
        return 1;
    }
    struct timespec t = {.tv_sec = (time_t)(timeout_ns / NS_PER_S), .tv_nsec = (long)(timeout_ns % NS_PER_S)};
    nanosleep(&t, NULL);
    return 0;
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
};
