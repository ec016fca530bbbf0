// SPDX-License-Identifier: MIT
#include "script.h"

#include "base/buf.h"
#include "run/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum standing { CLOSED, DIALLED, OPEN }; // in conn.slot

static struct script *now_playing;
static atomic_uint_fast64_t clock_at_ns; // 0: the kernel's

int __real_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t);

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
    if (id != CLOCK_MONOTONIC || !atomic_load(&clock_at_ns))
        return __real_clock_gettime(id, t);
    uint64_t ns = atomic_fetch_add(&clock_at_ns, SCRIPT_READ_NS) + SCRIPT_READ_NS;
    *t = (struct timespec){(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
    return 0;
}

void script_pass(uint64_t ns)
{
    atomic_fetch_add(&clock_at_ns, ns);
}

void script_begin(struct script *s)
{
    now_playing = s;
    atomic_store(&clock_at_ns, 1000 * NS_PER_S);
}

void script_end(void)
{
    now_playing = NULL;
    atomic_store(&clock_at_ns, 0);
}

static void raise_to(atomic_uint *most, unsigned n)
{
    unsigned is = atomic_load(most);
    while (is < n && !atomic_compare_exchange_weak(most, &is, n))
        continue;
}

static unsigned index_of(struct engine *e, struct conn *c)
{
    for (unsigned i = 0; i < e->conns_n; i++)
        if (e->conns[i] == c)
            return i;
    if (e->conns_n == SCRIPT_CONNS)
        abort();
    e->conns[e->conns_n] = c;
    return e->conns_n++;
}

// --- what is to come ---

static void plan_for(struct engine *e, struct happening h, uint64_t after_ns)
{
    h.at_ns = atomic_load(&clock_at_ns) + after_ns;
    h.dialled = h.conn->dialled;
    if (e->n == e->cap) {
        e->cap = e->cap ? 2 * e->cap : 64;
        e->queue = realloc(e->queue, e->cap * sizeof *e->queue);
        if (!e->queue)
            abort();
    }
    size_t i = e->n++;
    for (; i > 0 && e->queue[i - 1].at_ns > h.at_ns; i--)
        e->queue[i] = e->queue[i - 1];
    e->queue[i] = h;
}

void script_opens(struct engine *e, struct conn *c, uint64_t after_ns)
{
    plan_for(e, (struct happening){.conn = c, .ev.kind = IO_OPEN}, after_ns);
}

void script_sent(struct engine *e, struct conn *c, uint64_t after_ns)
{
    plan_for(e, (struct happening){.conn = c, .ev.kind = IO_SENT}, after_ns);
}

void script_closes(struct engine *e, struct conn *c, uint64_t after_ns, int error)
{
    plan_for(e, (struct happening){.conn = c, .ev = {.kind = IO_CLOSED, .error = error}}, after_ns);
}

void script_skips(struct engine *e, struct conn *c, uint64_t after_ns, size_t n)
{
    plan_for(e, (struct happening){.conn = c, .ev = {.kind = IO_DATA, .len = n}}, after_ns);
}

// Bytes of their own, so that whoever reads beyond them is found out.
void script_says(struct engine *e, struct conn *c, uint64_t after_ns, struct slice bytes)
{
    char *copy = malloc(bytes.len);
    if (!bytes.len || !copy)
        abort();
    memcpy(copy, bytes.at, bytes.len);
    plan_for(e, (struct happening){.conn = c, .ev = {.kind = IO_DATA, .len = bytes.len}, .bytes = copy},
             after_ns);
}

static const char *answer_to(struct engine *e, struct conn *c)
{
    const struct script *s = e->script;
    const struct client *owner = c->owner;
    if (owner->state == CLIENT_SETTING_UP)
        return s->setup ? s->setup : SCRIPT_OK;
    return s->answers ? s->answers[e->answered[index_of(e, c)]++ % s->answers_n] : SCRIPT_OK;
}

void script_answers(struct engine *e, struct conn *c, uint64_t after_ns)
{
    const struct script *s = e->script;
    struct buf b = {0};
    for (uint32_t i = 0; i < c->asks; i++) {
        const char *one = answer_to(e, c);
        if (buf_append(&b, one, strlen(one)) < 0)
            abort();
    }
    struct slice all = buf_unread(&b);
    while (all.len) {
        size_t n = s->drips ? 1 : all.len;
        if (s->cut && s->cut < all.len && all.at == b.at)
            n = s->cut;
        script_says(e, c, after_ns, (struct slice){all.at, n});
        all = (struct slice){all.at + n, all.len - n};
    }
    buf_free(&b);
}

// --- the engine ---

static void close_script(struct engine *e)
{
    for (size_t i = 0; i < e->n; i++)
        free(e->queue[i].bytes);
    free(e->queue);
    free(e->shown);
    free(e);
}

static int open_script(struct engine **out, const struct engine_conf *conf)
{
    (void)conf;
    if (now_playing->opening)
        return now_playing->opening;
    *out = calloc(1, sizeof **out);
    if (!*out)
        return -ENOMEM;
    (*out)->script = now_playing;
    return 0;
}

static int dial_script(struct engine *e, struct conn *c, const struct addr *to, void *owner)
{
    (void)to;
    unsigned nth = atomic_fetch_add(&e->script->dials, 1);
    if (c->slot != CLOSED)
        e->script->misused++;
    *c = (struct conn){.fd = -1, .connecting = true, .owner = owner, .dialled = (uint16_t)(c->dialled + 1)};
    e->answered[index_of(e, c)] = 0;
    int rc = 0;
    if (e->script->dial)
        rc = e->script->dial(e, c, nth);
    else
        script_opens(e, c, 0);
    c->slot = rc == 0 ? DIALLED : CLOSED;
    return rc;
}

static void hang_up_script(struct engine *e, struct conn *c)
{
    if (c->slot == CLOSED)
        e->script->misused++;
    e->script->hang_ups++;
    *c = (struct conn){.fd = -1, .dialled = (uint16_t)(c->dialled + 1)};
}

static int send_script(struct engine *e, struct conn *c)
{
    struct script *s = e->script;
    const struct client *owner = c->owner;
    unsigned nth = atomic_fetch_add(&s->sends, 1);
    if (c->slot != OPEN || c->blocked || !c->asks || !c->out_n)
        s->misused++;
    s->asks += c->asks;
    if (owner->state == CLIENT_READY) {
        raise_to(&s->most, owner->outstanding);
        raise_to(&s->stacked, owner->outstanding - c->asks);
    }
    if (s->send)
        return s->send(e, c, nth);
    script_answers(e, c, s->takes_ns);
    return 0;
}

static bool take_first(struct engine *e, uint64_t until_ns, struct happening *h)
{
    if (!e->n || e->queue[0].at_ns > until_ns)
        return false;
    *h = e->queue[0];
    memmove(e->queue, e->queue + 1, --e->n * sizeof *e->queue);
    return true;
}

static void pass_until(uint64_t at_ns)
{
    uint64_t now_ns = atomic_load(&clock_at_ns);
    while (now_ns < at_ns && !atomic_compare_exchange_weak(&clock_at_ns, &now_ns, at_ns))
        continue;
}

static void show(struct engine *e, const struct happening *h, struct io_event *ev)
{
    *ev = h->ev;
    ev->owner = h->conn->owner;
    e->shown = h->bytes;
    ev->data = e->shown;
    if (ev->kind == IO_DATA)
        ev->at_ns = clock_ns();
    if (ev->kind == IO_OPEN) {
        h->conn->connecting = false;
        h->conn->slot = OPEN;
    }
    if (ev->kind == IO_SENT)
        h->conn->blocked = false;
}

static int reap_script(struct engine *e, uint64_t timeout_ns, struct io_event *ev)
{
    struct happening h;
    free(e->shown);
    e->shown = NULL;
    e->script->turns++;
    if (e->script->turn)
        e->script->turn(e);
    if (e->script->broken)
        return e->script->broken;
    uint64_t until_ns = atomic_load(&clock_at_ns) + timeout_ns;
    while (take_first(e, until_ns, &h)) {
        pass_until(h.at_ns);
        if (h.dialled == h.conn->dialled) {
            show(e, &h, ev);
            return 1;
        }
        free(h.bytes);
    }
    pass_until(until_ns);
    return 0;
}

static const char *waits_script(const struct engine *e)
{
    (void)e;
    return "script";
}

const struct engine_ops engine_script = {
    .name = "script",
    .open = open_script,
    .close = close_script,
    .dial = dial_script,
    .hang_up = hang_up_script,
    .send = send_script,
    .reap = reap_script,
    .waits = waits_script,
};
