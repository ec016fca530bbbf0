// SPDX-License-Identifier: MIT
#include "run/retry.h"

#include "base/clock.h"
#include "load/recipe_slot.h"
#include "run/reroute.h"
#include "run/verify.h"

// What is outstanding is the end of the last write, and requests of one length lie where they lay; where they
// differ, or are of several kinds, there is one. There is one span: who asks in a window has the server as a
// cluster of one node (run_conf_apart), and comes to run/reroute.h.
static bool lies_ready(const struct worker *w, const struct client *c)
{
    return c->tail - c->head == 1 && w->ring == 0;
}

static const struct ask *ask_of(const struct worker *w, struct client *c)
{
    return w->mixing ? &w->plan->asks[client_oldest(c, w->ring)->kind] : w->asks;
}

bool retry_keeps(struct worker *w, struct client *c)
{
    unsigned most = w->plan->conf->retries;
    if (!most || !c->outstanding)
        return false;
    if (w->map) {
        reroute_lost(w, c);
        return !c->outstanding;
    }
    if (!lies_ready(w, c) || !ask_of(w, c)->idempotent)
        return false;
    uint64_t sent_ns = client_oldest(c, w->ring)->sent_ns;
    if (c->again.sent_ns != sent_ns)
        c->again = (struct again){sent_ns, c->conn.asks, 0};
    return c->again.times < most;
}

// Behind n requests that lie at `at`.
static char *past(const struct template *t, char *at, uint32_t n)
{
    if (!t->recipe)
        return at + (size_t)n * t->len;
    for (; n; n--)
        at += recipe_slot_bytes(at);
    return at;
}

// The last n requests of the write.
static void lay(const struct worker *w, struct client *c, uint32_t n)
{
    const struct template *t = &ask_of(w, c)->request;
    size_t pieces = 0;
    char *at = past(t, c->out, c->again.wrote - n), *end = past(t, at, n);
    for (uint32_t i = 0; t->ncuts && i < n; i++)
        pieces += template_iov(t, at + (size_t)i * t->len, c->iov + pieces);
    if (!t->ncuts)
        c->iov[pieces++] = (struct iovec){at, (size_t)(end - at)};
    if (w->mixing) {
        w->mixed.mixer->drawn[0] = (uint8_t)client_oldest(c, w->ring)->kind;
        c->conn.kinds = w->mixed.mixer->drawn;
    }
    c->conn.out = c->iov;
    c->conn.out_n = (uint32_t)pieces;
    c->conn.asks = n;
}

int retry_send(struct worker *w, struct client *c)
{
    struct span *span = client_oldest(c, w->ring);
    uint64_t before_ns = span->sent_ns, n = span->n;
    lay(w, c, span->n);
    if (w->verify)
        verify_again(w, c);
    if (w->quickack)
        conn_quickack(&c->conn);
    span->sent_ns = clock_ns();
    if (w->sampler.every)
        sampler_asks(&w->sampler, c, span->sent_ns);
    c->again.sent_ns = span->sent_ns;
    c->again.times++;
    if (w->rec.service) // which counts from here; latencies of the closed loop from the first time
        w->area_ns -= n * (span->sent_ns - before_ns);
    w->rec.counts.retries += n;
    return w->ops->send(w->io, &c->conn);
}
