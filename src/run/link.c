// SPDX-License-Identifier: MIT
#include "run/link.h"

#include "run/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

// The first trouble is told.
static void trouble(struct worker *w, const struct client *c, const char *what, const char *detail)
{
    if (!w->err.code)
        err_set(&w->err, ERR_RUN, "%s %s%s", c->node->addr.text, what, detail);
}

// No connection at all: this ends the run where it is opening them, whatever was told before.
static void cannot_connect(struct worker *w, const struct client *c, const char *why)
{
    if (w->dialling)
        err_set(&w->err, ERR_CONNECT, "cannot connect to %s: %s", c->node->addr.text, why);
    else
        trouble(w, c, "could not be reached again: ", why);
    c->node->refused = true;
}

const char *link_why(int rc, char why[LINK_WHY])
{
    if (rc == -EADDRNOTAVAIL || rc == -EADDRINUSE)
        snprintf(
            why, LINK_WHY,
            "no local port is left for one more connection (of %u in net.ipv4.ip_local_port_range; closed "
            "connections keep theirs for a minute): give several local addresses with --source-addr, or "
            "--close rst, or fewer connections",
            dialling_ports());
    else
        snprintf(why, LINK_WHY, "%s", strerror(-rc));
    return why;
}

static void quote(struct worker *w, const struct client *c, const char *what, struct slice bytes,
                  const char *cure)
{
    char quoted[160], hidden[SECRET_TEXT];
    char detail[288];
    bytes = secret_hide(bytes, w->plan->conf->password, hidden);
    snprintf(detail, sizeof detail, "\"%s\"%s", slice_quote(bytes, quoted, sizeof quoted), cure);
    trouble(w, c, what, detail);
}

static void refused(struct worker *w, const struct client *c, struct slice text)
{
    quote(w, c, "refused a connection: ", text, "");
}

// The next reply to the set-up is to this.
static enum login_step step_of(const struct worker *w, const struct client *c)
{
    return w->plan->login.steps[w->plan->login.n - c->setup_left];
}

static void login_failed(struct worker *w, const struct client *c, struct slice text)
{
    struct login_refusal why = login_refused(step_of(w, c), text);
    quote(w, c, why.what, text, why.cure);
}

static size_t line_len(struct slice bytes)
{
    const char *end = memchr(bytes.at, '\r', bytes.len);
    return end ? (size_t)(end - bytes.at) : bytes.len;
}

static void drop(struct worker *w, struct client *c)
{
    bool stood = c->state == CLIENT_READY || c->state == CLIENT_ASKING; // else a node is tried again
    if (stood)
        w->live--;
    else
        w->opening--;
    worker_abandon(w, c);
    if (c->state == CLIENT_WAITING)
        w->waiting--;
    else
        w->ops->hang_up(w->io, &c->conn);
    w->lost += !w->map || w->dialling || stood;
    c->state = CLIENT_GONE;
    if (w->map)
        crew_doubts_map(w->crew);
}

// A server without room says so and hangs up. Its words look like a reply where a request was on its way.
static const char *had_no_room(const struct worker *w)
{
    const struct tally_kind *kinds = w->rec.tally.kinds;
    for (int i = 0; i < TALLY_KINDS; i++)
        if (strstr(kinds[i].first, "max number of clients"))
            return kinds[i].first;
    return NULL;
}

void link_lost(struct worker *w, struct client *c, int error, const char *why)
{
    const char *full = had_no_room(w);
    char text[LINK_WHY];
    if (c->state == CLIENT_OPENING)
        cannot_connect(w, c, why ? why : link_why(error ? error : -ECONNRESET, text));
    else if (full)
        refused(w, c, slice_of(full));
    else if (why)
        trouble(w, c, "broke a connection: ", why);
    else
        trouble(w, c, error ? "broke a connection: " : "closed a connection", error ? strerror(-error) : "");
    drop(w, c);
}

void link_broken(struct worker *w, struct client *c, struct slice bytes)
{
    if (bytes.len && bytes.at[0] == '-' && !c->outstanding)
        refused(w, c, (struct slice){bytes.at + 1, line_len(bytes) - 1});
    else
        quote(w, c, "sent what is no answer in RESP: ", bytes, "");
    drop(w, c);
}

static void stamp(struct worker *w, struct client *c)
{
    int rc = sampler_open(&w->sampler, c, (unsigned)(c - w->clients));
    if (rc == 0)
        return;
    trouble(w, c, "has a connection that the kernel cannot stamp: ", strerror(-rc));
    w->sampler.every = 0;
}

static const struct addr *address_of(const struct worker *w, const struct client *c)
{
    const struct target *t = w->plan->target;
    return t->spread_n ? &t->spread[(w->part + (unsigned)(c - w->clients)) % t->spread_n] : &c->node->addr;
}

bool link_dial(struct worker *w, struct client *c)
{
    int rc = w->ops->dial(w->io, &c->conn, address_of(w, c), c);
    if (rc == -EAGAIN)
        return false;
    w->dialled++;
    if (rc < 0) {
        char why[LINK_WHY];
        cannot_connect(w, c, link_why(rc, why));
        c->state = CLIENT_GONE;
        w->lost += !w->map || w->dialling;
        return true;
    }
    c->state = CLIENT_OPENING;
    w->opening++;
    stamp(w, c);
    return true;
}

static void ready(struct worker *w, struct client *c)
{
    c->state = CLIENT_READY;
    w->opening--;
    w->live++;
    w->came++;
    c->node->proven = true;
    c->node->refused = false;
    w->rec.counts.connects += !w->dialling;
    if (w->quickack)
        conn_quickack(&c->conn);
    worker_idles(w, c);
}

static void note_handshake(struct worker *w, const struct agreement *a)
{
    handshakes_record(&w->tls, a->took_ns, a->resumed);
    handshakes_agreed(&w->tls, a->protocol, a->cipher);
}

void link_opened(struct worker *w, struct client *c, const struct io_event *ev)
{
    const struct template *setup = &w->plan->setup;
    if (ev->agreed)
        note_handshake(w, ev->agreed);
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
        link_lost(w, c, rc, NULL);
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
            login_failed(w, c, r.text);
            drop(w, c);
            return;
        }
        c->setup_left--;
    }
    if (!c->setup_left)
        ready(w, c);
}

static void wait_for_room(struct worker *w, struct client *c)
{
    c->state = CLIENT_WAITING;
    w->opening++;
    w->waiting++;
    w->look_ns = w->now_ns; // the loop dials again when it looks
}

void link_renew(struct worker *w, struct client *c)
{
    if (!w->left && !w->queued && w->drains) // no phase follows that would ask something of it
        return;
    w->ops->hang_up(w->io, &c->conn);
    w->rec.counts.attributes += c->parser.attributed;
    c->parser = (struct resp_parser){0};
    c->state = CLIENT_GONE;
    w->live--;
    if (!link_dial(w, c))
        wait_for_room(w, c);
}

void link_redial(struct worker *w)
{
    for (unsigned i = 0; i < w->clients_n && w->waiting; i++) {
        struct client *c = &w->clients[i];
        if (c->state != CLIENT_WAITING)
            continue;
        w->opening--;
        w->waiting--;
        if (!link_dial(w, c)) {
            wait_for_room(w, c);
            return;
        }
    }
}

void link_give_up(struct worker *w)
{
    char detail[128];
    for (unsigned i = 0; i < w->clients_n && w->opening; i++) {
        struct client *c = &w->clients[i];
        if (c->state >= CLIENT_READY)
            continue;
        snprintf(detail, sizeof detail, "%.3g seconds: %s%s", (double)w->plan->conf->grace_ns * 1e-9,
                 c->state == CLIENT_OPENING      ? "connecting"
                 : c->state == CLIENT_SETTING_UP ? login_name(step_of(w, c))
                                                 : "its backlog was full",
                 c->state == CLIENT_WAITING ? "" : " had no answer");
        trouble(w, c, "could not be reached again within ", detail);
        drop(w, c);
    }
}
