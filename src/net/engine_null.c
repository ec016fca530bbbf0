// SPDX-License-Identifier: MIT
// Answers every request in memory: what is left is the tool's own hand, the ceiling of generator, parser and
// recorder on this machine. No server, no kernel.
#include "net/engine.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct engine {
    struct conn **queue; // connections with something to report, in order: a ring
    unsigned mask, head, tail;
    size_t canned_len;
    char *canned; // asks_max replies
};

static int open_null(struct engine **out, const struct engine_conf *conf)
{
    struct engine *e = calloc(1, sizeof *e);
    unsigned slots = 1;
    while (slots < conf->connections)
        slots *= 2;
    if (!e)
        return -ENOMEM;
    e->mask = slots - 1;
    e->canned_len = conf->canned.len;
    e->queue = calloc(slots, sizeof(struct conn *));
    e->canned = malloc(conf->canned.len * conf->asks_max + 1);
    if (!e->queue || !e->canned) {
        free(e->queue);
        free(e->canned);
        free(e);
        return -ENOMEM;
    }
    for (unsigned i = 0; i < conf->asks_max; i++)
        memcpy(e->canned + i * e->canned_len, conf->canned.at, e->canned_len);
    *out = e;
    return 0;
}

static void close_null(struct engine *e)
{
    if (!e)
        return;
    free(e->queue);
    free(e->canned);
    free(e);
}

static int dial_null(struct engine *e, struct conn *c, const struct addr *to, void *owner)
{
    (void)to;
    *c = (struct conn){.fd = -1, .connecting = true, .owner = owner};
    e->queue[e->tail++ & e->mask] = c;
    return 0;
}

static void hang_up_null(struct engine *e, struct conn *c)
{
    (void)e;
    *c = (struct conn){.fd = -1};
}

static int send_null(struct engine *e, struct conn *c)
{
    e->queue[e->tail++ & e->mask] = c;
    return 0;
}

static int reap_null(struct engine *e, uint64_t timeout_ns, struct io_event *ev)
{
    if (e->head == e->tail) {
        struct timespec t = {.tv_sec = (time_t)(timeout_ns / NS_PER_S),
                             .tv_nsec = (long)(timeout_ns % NS_PER_S)};
        nanosleep(&t, NULL);
        return 0;
    }
    struct conn *c = e->queue[e->head++ & e->mask];
    *ev = (struct io_event){.owner = c->owner, .kind = IO_OPEN};
    if (c->connecting) {
        c->connecting = false;
        return 1;
    }
    ev->kind = IO_DATA;
    ev->data = e->canned;
    ev->len = e->canned_len * c->asks;
    ev->at_ns = clock_ns();
    return 1;
}

const struct engine_ops engine_null = {
    .name = "null",
    .open = open_null,
    .close = close_null,
    .dial = dial_null,
    .hang_up = hang_up_null,
    .send = send_null,
    .reap = reap_null,
};
