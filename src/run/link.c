// SPDX-License-Identifier: MIT
#include "run/link.h"

#include "base/clock.h"
#include "run/knock.h"
#include "run/lull.h"
#include "run/retry.h"
#include "run/secret.h"
#include "run/unfinished.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BACKOFF_MIN_NS (10 * NS_PER_MS)   // before the first dial of one that broke, each next one twice that
#define BACKOFF_MAX_NS (100 * NS_PER_MS)  // up to here: a server that is back is found soon
#define BACKOFF_EACH_NS (100 * NS_PER_US) // and so much more for each one that waits: 10,000 dials a second
#define REDIAL_NS NS_PER_MS               // how often a full backlog is tried
#define REDIAL_AHEAD 128                  // dials of broken ones under way at once
#define CONNECT_MAX_NS NS_PER_S           // a dial that takes longer was lost with the host

// Whether a connection that breaks did not serve since it broke last, be it that it stood: who accepts and
// hangs up is no server that is back.
static bool still_away(const struct worker *w, const struct client *c)
{
    return c->away || (c->away_ns && w->served_ns < c->redial_ns);
}

// Whether a connection that breaks, or cannot be had, is dialled again: not to a server that has never given
// an answer, which would be no outage.
static bool comes_back(const struct worker *w, const struct client *c)
{
    const struct run_conf *conf = w->plan->conf;
    if (!w->plan->reconnects || w->dialling || w->closing)
        return false;
    if (!w->met && !counts_answered(&w->rec.counts))
        return false;
    return !still_away(w, c) || w->now_ns - c->away_ns < conf->reconnect_max_ns;
}

static const struct addr *address_of(const struct worker *w, const struct client *c)
{
    const struct target *t = w->plan->target;
    return t->spread_n ? &t->spread[(w->part + (unsigned)(c - w->clients)) % t->spread_n] : &c->node->addr;
}

// The first trouble is told; apart from it the first of those that may pass.
static void trouble(struct worker *w, const struct client *c, const char *what, const char *detail)
{
    struct err *err = comes_back(w, c) ? &w->parted : &w->err;
    if (!err->code)
        err_set(err, ERR_RUN, "%s %s%s", address_of(w, c)->text, what, detail);
}

// No connection at all: this ends the run where it is opening them, whatever was told before.
static void cannot_connect(struct worker *w, const struct client *c, const char *why)
{
    if (w->dialling)
        err_set(&w->err, ERR_CONNECT, "cannot connect to %s: %s", address_of(w, c)->text, why);
    else
        trouble(w, c, "could not be reached again: ", why);
    c->node->refused = true;
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
    w->parted = (struct err){0}; // it says more than that a connection broke before
    quote(w, c, why.what, text, why.cure);
}

static size_t line_len(struct slice bytes)
{
    const char *end = memchr(bytes.at, '\r', bytes.len);
    return end ? (size_t)(end - bytes.at) : bytes.len;
}

// It is dialled after_ns from now.
static void await_dial(struct worker *w, struct client *c, uint64_t after_ns)
{
    c->state = CLIENT_WAITING;
    w->opening++;
    w->waiting++;
    c->redial_ns = w->now_ns + after_ns;
    w->redial_ns = c->redial_ns < w->redial_ns ? c->redial_ns : w->redial_ns;
    w->look_ns = w->now_ns; // the loop learns when to look next, and dials when it looks
}

void link_await(struct worker *w, struct client *c)
{
    await_dial(w, c, REDIAL_NS);
}

// Twice as long after each dial in vain, and by chance up to a half less: those that broke together do not
// come back together.
static uint64_t backoff(struct worker *w, const struct client *c)
{
    uint64_t most_ns = BACKOFF_MAX_NS + w->waiting * BACKOFF_EACH_NS;
    uint64_t ns = BACKOFF_MIN_NS << (c->tries < 8 ? c->tries : 8);
    ns = ns < most_ns ? ns : most_ns;
    return ns - rng_below(&w->chance, ns / 2);
}

// It is no connection any more: dialled again, or lost.
static void part(struct worker *w, struct client *c, bool stood)
{
    w->rec.counts.attributes += c->parser.attributed;
    c->parser = (struct resp_parser){0};
    if (!comes_back(w, c)) {
        c->state = CLIENT_GONE;
        w->lost += !w->map || w->dialling || stood; // else a node is tried again
        unfinished_abandon(w, c, ABANDONED_LOST);
        return;
    }
    if (!still_away(w, c)) {
        c->away_ns = w->now_ns;
        c->tries = 0;
    }
    w->rec.counts.breaks += !c->away;
    c->away = true;
    if (w->map) { // route.c dials whoever owns its slots by then
        c->state = CLIENT_GONE;
        w->nodes.uneven = true;
        return;
    }
    await_dial(w, c, backoff(w, c));
    if (c->tries < UINT8_MAX)
        c->tries++;
}

static void drop(struct worker *w, struct client *c)
{
    bool stood = c->state == CLIENT_READY || c->state == CLIENT_ASKING;
    if (stood)
        w->live--;
    else
        w->opening--;
    lull_broken(w, c);
    if (!retry_keeps(w, c))
        unfinished_abandon(w, c, ABANDONED_LOST);
    if (c->state == CLIENT_WAITING)
        w->waiting--;
    else
        w->ops->hang_up(w->io, &c->conn);
    part(w, c, stood);
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
    char text[DIALLING_WHY];
    w->closing = full != NULL; // there will be none soon
    if (c->state == CLIENT_OPENING)
        cannot_connect(w, c, why ? why : dialling_why(error ? error : -ECONNRESET, text));
    else if (full)
        refused(w, c, slice_of(full));
    else if (why)
        trouble(w, c, "broke a connection: ", why);
    else
        trouble(w, c, error ? "broke a connection: " : "closed a connection", error ? strerror(-error) : "");
    drop(w, c);
    w->closing = false;
}

// Who speaks so does not get better.
void link_broken(struct worker *w, struct client *c, struct slice bytes)
{
    w->closing = true;
    if (bytes.len && bytes.at[0] == '-' && !c->outstanding)
        refused(w, c, (struct slice){bytes.at + 1, line_len(bytes) - 1});
    else
        quote(w, c, "sent invalid RESP: ", bytes, "");
    drop(w, c);
    w->closing = false;
}

static void stamp(struct worker *w, struct client *c)
{
    int rc = sampler_open(&w->sampler, c, (unsigned)(c - w->clients));
    if (rc == 0)
        return;
    trouble(w, c, "has a connection that the kernel cannot timestamp: ", strerror(-rc));
    w->sampler.every = 0;
}

// Of a connection begun in the measured window.
static void note_phase(struct worker *w, const struct client *c, enum connection_phase phase, uint64_t ns)
{
    if (connections_on(&w->connections) && w->drains && c->dialled_ns >= w->start_ns)
        hist_record(w->connections.of[phase], ns, 1);
}

// Whether a new connection that takes long is given up, set-up and all: one in the place of one that broke,
// and in a cluster with --timeout any, because another node may have its slots by then.
static bool is_limited(const struct worker *w, const struct client *c)
{
    bool may_move = w->map && w->plan->conf->timeout_ns && !w->dialling;
    return (c->state == CLIENT_OPENING && (c->away || may_move)) ||
           (c->state == CLIENT_SETTING_UP && may_move);
}

bool link_dial(struct worker *w, struct client *c)
{
    c->dialled_ns = clock_ns();
    c->served = 0;
    c->depth = w->depth;
    if (!c->held_n) {
        c->head = 0;
        c->tail = c->outstanding > 0; // what is sent again is one span
    }
    int rc = w->ops->dial(w->io, &c->conn, address_of(w, c), c);
    if (rc == -EAGAIN)
        return false;
    w->dialled++;
    if (rc < 0) {
        char why[DIALLING_WHY];
        cannot_connect(w, c, dialling_why(rc, why));
        part(w, c, false);
        return true;
    }
    c->state = CLIENT_OPENING;
    w->opening++;
    stamp(w, c);
    c->redial_ns = w->now_ns;
    if (is_limited(w, c) && w->now_ns + CONNECT_MAX_NS < w->redial_ns)
        w->redial_ns = w->now_ns + CONNECT_MAX_NS;
    return true;
}

// What was asked of it before it stood. 0 or -errno, as a send.
static int takes_up(struct worker *w, struct client *c)
{
    bool knocks = w->plan->knocks && !w->dialling;
    if (knocks && w->plan->conf->connect_only) {
        if (knock_done(w, c) && w->waiting)
            link_hurry(w);
    } else if (knocks && !c->outstanding) {
        knock_shut(w, c);
    } else if (c->outstanding) {
        return c->held_n ? knock_send(w, c) : retry_send(w, c);
    }
    return 0;
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
    if (c->away)
        w->rec.counts.reconnects++;
    c->away = false;
    if (w->quickack)
        conn_quickack(&c->conn);
    int rc = takes_up(w, c);
    if (rc < 0)
        link_lost(w, c, rc, NULL);
    else if (!c->outstanding)
        worker_idles(w, c);
}

static void note_handshake(struct worker *w, const struct client *c, const struct agreement *a)
{
    note_phase(w, c, a->resumed ? CONNECTION_TLS_RESUMED : CONNECTION_TLS_FULL, a->took_ns);
    handshakes_record(&w->tls, a->took_ns, a->resumed);
    handshakes_agreed(&w->tls, a->protocol, a->cipher, a->kernel);
}

void link_opened(struct worker *w, struct client *c, const struct io_event *ev)
{
    const struct template *setup = &w->plan->setup;
    uint64_t tls_ns = ev->agreed ? ev->agreed->took_ns : 0, all_ns = w->now_ns - c->dialled_ns;
    note_phase(w, c, CONNECTION_CONNECT, all_ns > tls_ns ? all_ns - tls_ns : 0);
    if (ev->agreed)
        note_handshake(w, c, ev->agreed);
    c->setup_left = w->plan->setup_replies;
    if (!c->setup_left) {
        ready(w, c);
        return;
    }
    c->state = CLIENT_SETTING_UP;
    c->setup_ns = clock_ns();
    c->setup = (struct iovec){setup->bytes, setup->len}; // c->iov may hold what waits for the connection
    c->conn.out = &c->setup;
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
        ssize_t n = parse_reply(&c->parser, in.at, in.len, &r);
        if (n == RESP_MORE)
            return;
        if (n == RESP_BAD || !c->setup_left) {
            link_broken(w, c, n == RESP_BAD ? r.text : in);
            return;
        }
        in = (struct slice){in.at + n, in.len - (size_t)n};
        if (r.push)
            continue;
        if (parse_is_error(&r)) {
            login_failed(w, c, r.text);
            drop(w, c);
            return;
        }
        c->setup_left--;
    }
    if (c->setup_left)
        return;
    note_phase(w, c, CONNECTION_SETUP, w->now_ns - c->setup_ns);
    ready(w, c);
}

static void renew(struct worker *w, struct client *c)
{
    if (!w->left && !w->queued && w->drains) // no phase follows that would ask something of it
        return;
    w->ops->hang_up(w->io, &c->conn);
    w->rec.counts.attributes += c->parser.attributed;
    c->parser = (struct resp_parser){0};
    c->state = CLIENT_GONE;
    c->away_ns = 0;
    w->live--;
    if (!link_dial(w, c))
        await_dial(w, c, 0);
}

void link_expire(struct worker *w, struct client *c)
{
    if (w->expiry.since_ns < w->served_ns)
        w->expiry.since_ns = w->quiet_ns;
    lull_owes(w, c);
    bool again = retry_keeps(w, c);
    if (!again)
        unfinished_abandon(w, c, ABANDONED_LATE);
    w->ops->hang_up(w->io, &c->conn);
    w->rec.counts.attributes += c->parser.attributed;
    c->parser = (struct resp_parser){0};
    c->state = CLIENT_GONE;
    if (!w->left && !w->queued && w->drains && !again) // it stood to the end
        return;
    c->away_ns = 0;
    w->live--;
    await_dial(w, c, 0);
    if (w->map) // who answers nothing may have lost its slots
        crew_doubts_map(w->crew);
}

// Whether it goes on waiting: for its time, or because enough dials are under way.
static bool waits_on(const struct worker *w, const struct client *c)
{
    if (c->state == CLIENT_WAITING)
        return c->redial_ns > w->now_ns || w->opening - w->waiting >= REDIAL_AHEAD;
    return !is_limited(w, c) || w->now_ns - c->redial_ns < CONNECT_MAX_NS;
}

// When the client is to be looked at next.
static uint64_t next_look(const struct worker *w, const struct client *c)
{
    if (c->state == CLIENT_WAITING)
        return c->redial_ns > w->now_ns ? c->redial_ns : w->now_ns + REDIAL_NS;
    return is_limited(w, c) ? c->redial_ns + CONNECT_MAX_NS : UINT64_MAX;
}

void link_hurry(struct worker *w)
{
    for (unsigned i = 0; i < w->clients_n; i++)
        if (w->clients[i].state == CLIENT_WAITING && w->clients[i].redial_ns > w->now_ns)
            w->clients[i].redial_ns = w->now_ns;
    w->redial_ns = w->look_ns = w->now_ns;
}

// The last requests of a connection are no more than it may still carry.
static bool carries_more(const struct worker *w, struct client *c)
{
    uint64_t most = w->plan->conf->reconnect_every;
    if (most) {
        uint64_t left = c->served < most ? most - c->served : 0;
        c->depth = left < w->depth ? (uint32_t)left : w->depth;
    }
    return c->outstanding || (most && c->depth);
}

bool link_served(struct worker *w, struct client *c, uint32_t n)
{
    if (n && !c->served)
        note_phase(w, c, CONNECTION_FIRST_REPLY, w->now_ns - c->spans[0].sent_ns);
    c->served += n;
    if (carries_more(w, c))
        return false;
    w->plan->knocks ? knock_shut(w, c) : renew(w, c);
    return true;
}

void link_redial(struct worker *w)
{
    bool full = false;
    if (w->now_ns < w->redial_ns)
        return;
    w->redial_ns = UINT64_MAX;
    for (unsigned i = 0; i < w->clients_n && w->opening; i++) {
        struct client *c = &w->clients[i];
        if (full || waits_on(w, c)) {
            uint64_t at_ns = next_look(w, c);
            w->redial_ns = at_ns < w->redial_ns ? at_ns : w->redial_ns;
        } else if (c->state != CLIENT_WAITING) {
            link_lost(w, c, -ETIMEDOUT, NULL);
        } else {
            w->opening--;
            w->waiting--;
            full = !link_dial(w, c);
            if (full)
                await_dial(w, c, REDIAL_NS);
        }
    }
}

// What broke first is told where that did not pass.
static void tell_parted(struct worker *w)
{
    if (w->lost && !w->err.code)
        w->err = w->parted;
}

void link_give_up(struct worker *w)
{
    char detail[128];
    w->closing = true;
    for (unsigned i = 0; i < w->clients_n && w->opening; i++) {
        struct client *c = &w->clients[i];
        if (c->state >= CLIENT_READY)
            continue;
        snprintf(detail, sizeof detail, "%.6g seconds: %s%s", (double)w->plan->conf->grace_ns * 1e-9,
                 c->state == CLIENT_OPENING      ? "connecting"
                 : c->state == CLIENT_SETTING_UP ? login_name(step_of(w, c))
                                                 : "its backlog was full",
                 c->state == CLIENT_WAITING ? "" : " had no answer");
        if (!c->away)
            trouble(w, c, "could not be reached again within ", detail);
        drop(w, c);
    }
    w->closing = false;
    tell_parted(w);
}

void link_end(struct worker *w)
{
    w->closing = true;
    for (unsigned i = 0; i < w->clients_n && w->opening; i++)
        if (w->clients[i].away && w->clients[i].state < CLIENT_READY)
            drop(w, &w->clients[i]);
    for (unsigned i = 0; w->map && i < w->clients_n; i++)
        w->lost += w->clients[i].away && w->clients[i].state == CLIENT_GONE;
    tell_parted(w);
}
