// SPDX-License-Identifier: MIT
#include "run/ticket.h"

#include "base/clock.h"
#include "load/recipe_slot.h"
#include "run/verify_ticket.h"

static const char asking[] = "*1\r\n$6\r\nASKING\r\n";

static const struct template *request_of(const struct worker *w, unsigned kind)
{
    const struct template *all = &w->asks->request;
    return all->mix ? all->mix->request[kind] : all;
}

void ticket_write(struct worker *w, struct ticket *t)
{
    struct mixer *m = w->mixed.mixer;
    const struct mix *mix = w->asks->request.mix;
    t->kind = mix ? (uint8_t)mix_pick(mix, &m->rng, 0) : 0; // in turn: not on a cluster
    const struct template *request = request_of(w, t->kind);
    struct draw *from = mix ? &m->draws[t->kind] : &w->draw;
    if (w->verify)
        verify_ticket_before(w, t, from);
    if (request->recipe) {
        from->unix_ms = request->recipe->now ? clock_real_ns() / NS_PER_MS : 0;
        t->len = (uint32_t)(recipe_write(request->recipe, from, t->bytes) - t->bytes);
        t->slot = recipe_slot(request->recipe, &from->keys, t->bytes);
    } else {
        template_lay(request, t->bytes);
        t->len = request->len;
        t->slot = template_draw_slot(request, &from->keys, t->bytes);
    }
    if (mix)
        w->draw.bytes += request->recipe ? t->len : request->wire_len;
    if (w->verify)
        verify_ticket_drawn(t, from);
}

struct node *ticket_node(struct worker *w, const struct ticket *t)
{
    const struct ask *ask = w->asks->request.mix ? &w->plan->asks[t->kind] : w->asks;
    return nodes_asked(&w->nodes, t->slot, ask->only_reads);
}

void ticket_drop(struct worker *w, struct ticket *t)
{
    if (w->verify)
        verify_ticket_dropped(w, t);
    nodes_done(&w->nodes, t);
}

// Where request `at` of the client's ring lies, and, where requests differ, its length before it.
static char *place_of(const struct worker *w, const struct client *c, uint32_t at)
{
    return c->out + at * (w->nodes.varies ? w->nodes.bytes_max + PLAN_LEN : w->asks->request.len);
}

// Lays the requests of n tickets into the client's buffer, where those unanswered do not lie, each by itself.
static size_t lay_each(struct worker *w, struct client *c, const struct ticket *t, uint32_t n, size_t pieces)
{
    for (uint32_t i = 0; i < n; i++, t = t->next) {
        const struct template *request = request_of(w, t->kind);
        char *at = place_of(w, c, c->at + i);
        memcpy(at, &t->len, PLAN_LEN);
        at += PLAN_LEN;
        memcpy(at, t->bytes, t->len);
        if (request->ncuts)
            pieces += template_iov(request, at, c->iov + pieces);
        else
            c->iov[pieces++] = (struct iovec){at, t->len};
        if (w->mixing)
            w->mixed.mixer->drawn[i] = t->kind;
    }
    if (w->mixing)
        c->conn.kinds = w->mixed.mixer->drawn;
    return pieces;
}

// Requests that are alike lie side by side.
static size_t lay_alike(struct worker *w, struct client *c, const struct ticket *t, uint32_t n, size_t pieces)
{
    const struct template *request = &w->asks->request;
    char *at = place_of(w, c, c->at);
    if (!request->ncuts)
        c->iov[pieces++] = (struct iovec){at, (size_t)n * request->len};
    for (uint32_t i = 0; i < n; i++, t = t->next, at += request->len) {
        memcpy(at, t->bytes, request->len);
        if (request->ncuts)
            pieces += template_iov(request, at, c->iov + pieces);
    }
    return pieces;
}

void ticket_lay(struct worker *w, struct client *c, const struct ticket *t, uint32_t n)
{
    size_t pieces = 0;
    if (t->asking)
        c->iov[pieces++] = (struct iovec){(char *)asking, sizeof asking - 1};
    pieces = w->nodes.varies ? lay_each(w, c, t, n, pieces) : lay_alike(w, c, t, n, pieces);
    for (uint32_t i = 0; w->verify && i < n; i++, t = t->next)
        verify_ticket_leaves(w, c, t);
    c->at += n;
    c->laid = NULL;
    c->conn.out = c->iov;
    c->conn.out_n = (uint32_t)pieces;
}

uint16_t ticket_slot(const struct worker *w, const struct ticket *t)
{
    const struct template *request = request_of(w, t->kind);
    if (request->recipe)
        return recipe_slot_laid(request->recipe, t->bytes);
    return request->key_len ? slot_of((struct slice){t->bytes + request->key_at, request->key_len})
                            : request->first_slot;
}

void ticket_copy(const struct worker *w, struct client *c, struct ticket *t)
{
    const char *at = place_of(w, c, (c->at + w->depth - c->outstanding) % w->depth);
    const struct span *span = client_oldest(c, w->ring);
    t->from_ns = span->from_ns;
    t->kind = (uint8_t)span->kind;
    t->len = w->asks->request.len;
    if (w->nodes.varies) {
        memcpy(&t->len, at, PLAN_LEN);
        at += PLAN_LEN;
    }
    memcpy(t->bytes, at, t->len);
}
