// SPDX-License-Identifier: MIT
#include "run/link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

// The first trouble is told; while connections are being opened any trouble ends the run.
static void trouble(struct worker *w, const char *what, const char *detail)
{
    if (w->err.code)
        return;
    if (w->dialling)
        err_set(&w->err, ERR_CONNECT, "cannot connect to %s: %s%s", w->plan->target->addr.text, what, detail);
    else
        err_set(&w->err, ERR_RUN, "%s %s%s", w->plan->target->addr.text, what, detail);
}

static void drop(struct worker *w, struct client *c)
{
    if (c->state == CLIENT_READY)
        w->live--;
    else
        w->opening--;
    worker_abandon(w, c);
    c->state = CLIENT_GONE;
    w->ops->hang_up(w->io, &c->conn);
}

void link_lost(struct worker *w, struct client *c, int error)
{
    if (w->dialling)
        trouble(w, error ? strerror(-error) : "it closed the connection at once", "");
    else
        trouble(w, error ? "broke a connection: " : "closed a connection", error ? strerror(-error) : "");
    w->rec.lost++;
    drop(w, c);
}

void link_broken(struct worker *w, struct client *c, struct slice bytes)
{
    char quoted[96];
    char detail[128];
    snprintf(detail, sizeof detail, "\"%s\"", slice_quote(bytes, quoted, sizeof quoted));
    trouble(w, "sent what is no answer in RESP: ", detail);
    w->rec.lost++;
    drop(w, c);
}

bool link_dial(struct worker *w, struct client *c)
{
    int rc = w->ops->dial(w->io, &c->conn, &w->plan->target->addr, c);
    if (rc == -EAGAIN)
        return false;
    w->dialled++;
    if (rc < 0) {
        trouble(w, w->dialling ? "" : "could not be reached again: ", strerror(-rc));
        c->state = CLIENT_GONE;
        w->rec.lost += !w->dialling;
        return true;
    }
    c->state = CLIENT_OPENING;
    w->opening++;
    return true;
}

static void ready(struct worker *w, struct client *c)
{
    c->state = CLIENT_READY;
    w->opening--;
    w->live++;
    w->rec.connects += !w->dialling;
    if (w->quickack)
        conn_quickack(&c->conn);
    int rc = sampler_open(&w->sampler, c, (unsigned)(c - w->clients));
    if (rc < 0) {
        trouble(w, "has a connection that the kernel cannot stamp: ", strerror(-rc));
        w->sampler.every = 0;
    }
    pool_push(&w->pool, c);
}

void link_opened(struct worker *w, struct client *c)
{
    const struct template *setup = &w->plan->setup;
    c->setup_left = w->plan->setup_replies;
    if (!c->setup_left) {
        ready(w, c);
        return;
    }
    c->state = CLIENT_SETTING_UP;
    memcpy(c->out, setup->bytes, setup->len);
    c->laid = NULL;
    c->iov[0] = (struct iovec){c->out, setup->len};
    c->conn.out = c->iov;
    c->conn.out_n = 1;
    c->conn.asks = c->setup_left;
    int rc = w->ops->send(w->io, &c->conn);
    if (rc < 0)
        link_lost(w, c, rc);
}

static void refused(struct worker *w, struct slice text)
{
    char quoted[160];
    if (!w->err.code)
        err_set(&w->err, ERR_CONNECT, "%s refused to set up a connection: \"%s\"", w->plan->target->addr.text,
                slice_quote(text, quoted, sizeof quoted));
}

void link_setup(struct worker *w, struct client *c, const struct io_event *ev)
{
    struct slice in = {ev->data, ev->len};
    while (in.len) {
        struct resp_reply r;
        ssize_t n = resp_parse(&c->parser, in.at, in.len, &r);
        if (n == RESP_MORE)
            return;
        if (n == RESP_BAD || !c->setup_left) {
            link_broken(w, c, n == RESP_BAD ? r.text : in);
            return;
        }
        in = (struct slice){in.at + n, in.len - (size_t)n};
        if (r.push)
            continue;
        if (resp_is_error(&r)) {
            refused(w, r.text);
            w->rec.lost++;
            drop(w, c);
            return;
        }
        c->setup_left--;
    }
    if (!c->setup_left)
        ready(w, c);
}

void link_renew(struct worker *w, struct client *c)
{
    if (!w->left)
        return;
    w->ops->hang_up(w->io, &c->conn);
    c->parser = (struct resp_parser){0};
    c->state = CLIENT_GONE;
    w->live--;
    if (!link_dial(w, c)) {
        w->rec.lost++;
        trouble(w, "could not be reached again: ", "its backlog is full");
    }
}
