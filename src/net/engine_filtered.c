// SPDX-License-Identifier: MIT
// Any engine with a filter between it and the caller: an engine itself. The one below moves changed bytes and
// knows nothing of it; the caller hears of a connection once both sides have agreed on how to change them.
#include "net/engine.h"
#include "net/filter.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

#define EVENTS_MAX 3 // that one event below can turn into: it is open, it says something, it ends

// A connection's way through the filter. The engine below knows it as the connection's owner.
struct passage {
    struct conn *conn;
    const struct addr *to;
    void *owner;
    void *state;       // the filter's; NULL: it does not stand yet
    uint64_t stood_ns; // when it did
    bool open;
    bool over;            // the other side has ended it, or it broke
    struct iovec piece;   // of out, as it is sent
    struct buf out;       // with the engine below
    struct buf late;      // what is to be sent next
    struct buf flight;    // the last of the opening exchange, which may still be with the engine below
    struct passage *next; // of those that are free
};

struct engine {
    const struct engine_ops *ops; // below
    struct engine *io;
    const struct filter *filter;
    struct passage *all, *free;
    unsigned n;
    struct buf plain;                   // what the last event below brought
    struct io_event events[EVENTS_MAX]; // what it turned into
    struct passage *of;                 // and whose they are
    struct agreement agreed;            // of the one that was opened last
    unsigned at, to;                    // events[at..to) are yet to be reaped
};

static void clear(struct passage *p, const struct filter *f)
{
    if (p->state)
        f->ops->end(p->state);
    buf_free(&p->out);
    buf_free(&p->late);
    buf_free(&p->flight);
}

static void close_filtered(struct engine *e)
{
    if (!e)
        return;
    if (e->io)
        e->ops->close(e->io);
    for (unsigned i = 0; e->all && i < e->n; i++)
        clear(&e->all[i], e->filter);
    buf_free(&e->plain);
    free(e->all);
    free(e);
}

static int open_filtered(struct engine **out, const struct engine_conf *conf)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e)
        return -ENOMEM;
    struct engine_conf below = *conf;
    below.large = false; // what nobody looked at cannot be changed back
    below.in_parts = conf->filter->in_kernel;
    *e = (struct engine){.ops = conf->below, .filter = conf->filter, .n = conf->connections};
    e->all = calloc(e->n, sizeof *e->all);
    for (unsigned i = 0; e->all && i < e->n; i++) {
        e->all[i].next = e->free;
        e->free = &e->all[i];
    }
    int rc = e->all ? e->ops->open(&e->io, &below) : -ENOMEM;
    if (rc < 0)
        close_filtered(e);
    else
        *out = e;
    return rc;
}

static void let_go(struct engine *e, struct passage *p)
{
    if (e->of == p)
        e->at = e->to = 0;
    clear(p, e->filter);
    *p = (struct passage){.next = e->free};
    e->free = p;
}

static int dial_filtered(struct engine *e, struct conn *c, const struct addr *to, void *owner)
{
    struct passage *p = e->free;
    e->free = p->next;
    *p = (struct passage){.conn = c, .to = to, .owner = owner};
    int rc = e->ops->dial(e->io, c, to, p);
    if (rc < 0)
        let_go(e, p);
    return rc;
}

// Sends what is in out.
static int send_out(struct engine *e, struct passage *p)
{
    struct slice all = buf_unread(&p->out);
    p->piece = (struct iovec){(char *)all.at, all.len};
    p->conn->out = &p->piece;
    p->conn->out_n = 1;
    return e->ops->send(e->io, p->conn);
}

// What has been waiting becomes what is sent. What was sent before must be gone, and not only be blocked no
// more: where sends complete in silence, that is told by what comes next.
static int send_late(struct engine *e, struct passage *p)
{
    if (p->conn->blocked || !p->late.len)
        return 0;
    struct buf gone = p->out;
    p->out = p->late;
    p->late = gone;
    p->late.head = p->late.len = 0;
    return send_out(e, p);
}

// What the caller sent before is gone by now, or c->blocked; the end of the opening exchange may be under
// way.
static int send_filtered(struct engine *e, struct conn *c)
{
    struct passage *p = c->owner;
    if (e->filter->in_kernel)
        return e->ops->send(e->io, c);
    if (p->out.len && !c->blocked)
        buf_free(&p->flight);
    int rc = e->filter->ops->give(p->state, c->out, c->out_n, &p->late);
    if (c->blocked) { // by what the engine below is still at
        c->out = &p->piece;
        c->out_n = 1;
    }
    return rc < 0 ? rc : send_late(e, p);
}

static void hang_up_filtered(struct engine *e, struct conn *c)
{
    struct passage *p = c->owner;
    bool midway = e->filter->in_kernel && c->blocked; // its last words would be in the middle of a request
    if (p->open && !p->over && !midway)
        e->filter->ops->leave(p->state, &p->late);
    send_late(e, p);
    e->ops->hang_up(e->io, c);
    let_go(e, p);
}

// --- reaping ---

static void add(struct engine *e, const struct passage *p, struct io_event ev)
{
    ev.owner = p->owner;
    e->events[e->to++] = ev;
}

static void broke(struct engine *e, struct passage *p, int error)
{
    p->over = true;
    add(e, p,
        (struct io_event){.kind = IO_CLOSED,
                          .error = error,
                          .why = p->state ? e->filter->ops->why(p->state, error) : NULL});
}

static void opened(struct engine *e, struct passage *p)
{
    p->open = true;
    p->flight = p->out;
    p->out = (struct buf){0};
    e->filter->ops->agreed(p->state, &e->agreed);
    e->agreed.took_ns = clock_ns() - p->stood_ns;
    add(e, p, (struct io_event){.kind = IO_OPEN, .agreed = &e->agreed});
}

static void came(struct engine *e, struct passage *p, struct slice bytes, uint64_t at_ns)
{
    e->plain.head = e->plain.len = 0;
    int is = e->filter->ops->take(p->state, bytes, &e->plain, &p->late);
    int rc = p->open && is >= 0 ? 0 : send_late(e, p);
    if (!p->open && is >= FILTER_OPEN && rc == 0)
        opened(e, p);
    if (e->plain.len && p->open)
        add(e, p,
            (struct io_event){.kind = IO_DATA, .data = e->plain.at, .len = e->plain.len, .at_ns = at_ns});
    if (is < 0 || rc < 0)
        broke(e, p, is < 0 ? is : rc);
    else if (is == FILTER_ENDED)
        broke(e, p, 0);
}

static void stands(struct engine *e, struct passage *p)
{
    p->stood_ns = clock_ns();
    p->state = e->filter->ops->begin(e->filter, p->to, p->conn->fd);
    if (p->state)
        came(e, p, (struct slice){"", 0}, 0);
    else
        broke(e, p, -ENOMEM);
}

static void sent(struct engine *e, struct passage *p)
{
    int rc = send_late(e, p);
    if (rc < 0)
        broke(e, p, rc);
    else if (p->open && !p->conn->blocked)
        add(e, p, (struct io_event){.kind = IO_SENT});
}

// What an event below means to the caller: nothing, or up to EVENTS_MAX events.
static void turn(struct engine *e, const struct io_event *below)
{
    struct passage *p = below->owner;
    e->of = p;
    e->at = e->to = 0;
    switch (below->kind) {
    case IO_OPEN:
        stands(e, p);
        break;
    case IO_DATA:
        if (!p->over)
            came(e, p, (struct slice){below->data, below->len}, below->at_ns);
        break;
    case IO_SENT:
        sent(e, p);
        break;
    case IO_CLOSED:
        if (!p->over)
            broke(e, p, below->error);
        break;
    }
}

static int reap_filtered(struct engine *e, uint64_t timeout_ns, struct io_event *ev)
{
    while (e->at == e->to) {
        struct io_event below;
        int rc = e->ops->reap(e->io, timeout_ns, &below);
        if (rc <= 0)
            return rc;
        turn(e, &below);
        if (e->of->over && e->at == e->to) // it is told again until the caller hangs up
            return 0;
        timeout_ns = 0; // what meant nothing may end the wait early
    }
    *ev = e->events[e->at++];
    return 1;
}

static const char *waits_filtered(const struct engine *e)
{
    return e->ops->waits(e->io);
}

const struct engine_ops engine_filtered = {
    .name = "filtered",
    .open = open_filtered,
    .close = close_filtered,
    .dial = dial_filtered,
    .hang_up = hang_up_filtered,
    .send = send_filtered,
    .reap = reap_filtered,
    .waits = waits_filtered,
};
