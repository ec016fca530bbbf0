// SPDX-License-Identifier: MIT
#include "run/answers.h"

#include "run/link.h"
#include "run/lull.h"
#include "run/node_lull.h"
#include "run/patience.h"
#include "run/route.h"
#include "run/secret.h"
#include "run/verify.h"
#include "run/verify_ticket.h"

#include <stdio.h>

// Whether a 0 in the reply says that nothing was found.
static bool tells_of_none(const struct worker *w, const struct resp_reply *r)
{
    return w->expected.reads == READS_COUNT || r->type == '*' || r->type == '~' || r->type == '%';
}

static void count_hits(struct worker *w, const struct resp_reply *r)
{
    if (w->expected.reads == READS_MANY && r->type == '*' && !r->null) {
        uint64_t all = (uint64_t)r->number,
                 nulls = r->nulls < all ? r->nulls : all; // more: inside its elements
        w->rec.counts.misses += nulls;
        w->rec.counts.hits += all - nulls;
        return;
    }
    if (r->null || (r->number == 0 && tells_of_none(w, r)))
        w->rec.counts.misses++;
    else
        w->rec.counts.hits++;
}

static void error_reply(struct worker *w, struct client *c, const struct resp_reply *r, uint64_t took_ns)
{
    if (route_has(w)) {
        uint64_t sent_ns = client_oldest(c, w->ring)->sent_ns;
        node_lull_answered(w, c->node, sent_ns, sent_ns + took_ns);
        if (route_redirected(w, c, r->text)) {
            if (w->mixing)
                mixed_answered(&w->mixed, &w->rec.counts, client_oldest(c, w->ring), 0, 0);
            return;
        }
        if (w->verify)
            verify_ticket_refused(w, c);
    }
    char hidden[SECRET_TEXT];
    struct slice text = secret_hide(r->text, w->plan->conf->password, hidden);
    recorder_error(&w->rec, took_ns, text);
    c->node->counts.errors++;
    if (w->mixing)
        mixed_answered(&w->mixed, &w->rec.counts, client_oldest(c, w->ring), 0, 0);
    bool unknown = slice_find(r->text, "unknown command") != NULL;
    bool framing = w->asks->raw && slice_find(r->text, "rotocol error");
    if ((unknown || framing) && !w->skip && !w->replaying) {
        char quoted[160];
        w->skip = true;
        w->left = 0;
        err_set(&w->err, ERR_RUN,
                unknown ? "unknown command (the server replied \"%s\")"
                        : "the server has no inline commands (it replied \"%s\")",
                slice_quote(text, quoted, sizeof quoted));
        atomic_store_explicit(&w->crew->halt, true, memory_order_relaxed);
    }
}

// A reply that is not what this command answers: whose it is nobody knows, so it is no success.
static void unexpected_reply(struct worker *w, struct client *c, const struct resp_reply *r, uint64_t took_ns)
{
    char differs[SHAPE_TEXT], text[SHAPE_TEXT + 32];
    snprintf(text, sizeof text, RECORDER_UNEXPECTED " reply: %s",
             shape_differs(w->expected.shape, r, differs));
    recorder_error(&w->rec, took_ns, slice_of(text));
    c->node->counts.errors++;
    w->rec.counts.unexpected++;
    if (w->mixing)
        mixed_answered(&w->mixed, &w->rec.counts, client_oldest(c, w->ring), 0, 0);
}

// Whether it counts as ok. What most replies are takes the short way.
static inline bool count_reply(struct worker *w, struct client *c, const struct resp_reply *r,
                               uint64_t took_ns)
{
    if (r->type == w->expected.usual) {
        if (w->expected.reads != READS_NOTHING)
            count_hits(w, r);
        return true;
    }
    if (parse_is_error(r)) {
        error_reply(w, c, r, took_ns);
        return false;
    }
    if (w->expected.shape.type && !shape_fits(w->expected.shape, r)) {
        unexpected_reply(w, c, r, took_ns);
        return false;
    }
    if (w->expected.reads != READS_NOTHING)
        count_hits(w, r);
    return true;
}

// What the next reply of the client is held against, in a mix.
static void expect(struct worker *w, struct client *c)
{
    if (c->outstanding)
        w->expected = w->plan->asks[client_oldest(c, w->ring)->kind].reply;
}

// What only the open loop, a cluster, a mix or the kernel's stamps ask for.
__attribute__((noinline)) static void record_more(struct worker *w, struct client *c, const struct span *span,
                                                  uint64_t at_ns, uint64_t n)
{
    struct node *node = c->node;
    if (c->conn.stamp)
        sampler_record(&w->sampler, at_ns - span->from_ns, n);
    if (w->mixing) {
        mixed_answered(&w->mixed, &w->rec.counts, span, at_ns, n);
        if (w->mixed.chains)
            mixed_chained(&w->mixed, c, span, at_ns, n);
        expect(w, c);
    }
    if (w->rec.service)
        hist_record(w->rec.service, at_ns - span->sent_ns, n);
    if (!node->latency)
        return;
    hist_record(node->latency, at_ns - span->from_ns, n);
    node->counts.ok += n;
    node_lull_answered(w, node, span->sent_ns, at_ns);
}

// n ok replies at at_ns to the requests of a span of c.
static inline void record(struct worker *w, struct client *c, const struct span *span, uint64_t at_ns,
                          uint64_t n)
{
    recorder_ok(&w->rec, at_ns - span->from_ns, n);
    if (w->notes)
        record_more(w, c, span, at_ns, n);
}

static void count_push(struct worker *w, const struct resp_reply *r)
{
    w->rec.counts.pushes++;
    if (!r->invalidation)
        return;
    w->rec.counts.invalidations++;
    w->rec.counts.invalidated += (uint64_t)r->number;
}

static bool scans(const struct worker *w, const struct span *span)
{
    const struct recipe *recipe = w->plan->asks[span->kind].request.recipe;
    return recipe && recipe->scans;
}

// Looks for cursors, or for what values say, in the bytes of a reply that is not there whole.
static void look_at_part(struct worker *w, struct client *c, struct slice part)
{
    if (w->scans)
        scan_part(&c->scan, part);
    else
        verify_part(w, c, part);
}

// The same in a whole one. Answers whether it may count as ok.
static bool look_at_reply(struct worker *w, struct client *c, struct slice bytes, const struct resp_reply *r,
                          uint64_t at_ns)
{
    const struct span *span = client_oldest(c, w->ring);
    if (!w->scans)
        return verify_reply(w, c, bytes, r, at_ns - span->sent_ns);
    scan_reply(&c->scan, bytes, scans(w, span));
    return true;
}

// Takes every reply that the event holds. Replies to one write share a latency, and are recorded together.
// Answers what is left, unread, where the bytes are no answer; else an empty slice.
static inline __attribute__((always_inline)) struct slice
take_replies_as(struct worker *w, struct client *c, const struct io_event *ev, const bool looks)
{
    struct slice in = {ev->data, ev->len};
    struct span *span = client_oldest(c, w->ring);
    uint64_t alike = 0; // ok replies of this span not yet recorded
    while (in.len) {
        struct resp_reply r;
        ssize_t n = parse_reply(&c->parser, in.at, in.len, &r);
        if (n == RESP_MORE) {
            w->part_bytes += parse_announced(&c->parser) ? in.len : 0;
            if (looks)
                look_at_part(w, c, in);
            in.len = 0;
        }
        if (n < 0 || (!r.push && !c->outstanding)) {
            in = n == RESP_BAD ? r.text : in;
            break;
        }
        const struct slice bytes = {in.at, (size_t)n};
        in = (struct slice){in.at + n, in.len - (size_t)n};
        if (r.push) {
            count_push(w, &r);
            continue;
        }
        if (!looks || look_at_reply(w, c, bytes, &r, ev->at_ns))
            alike += count_reply(w, c, &r, ev->at_ns - span->sent_ns);
        if (client_answered(c, span)) {
            record(w, c, span, ev->at_ns, alike);
            alike = 0;
            span = client_oldest(c, w->ring);
        }
    }
    if (alike)
        record(w, c, span, ev->at_ns, alike);
    return in;
}

static struct slice take_replies(struct worker *w, struct client *c, const struct io_event *ev)
{
    return take_replies_as(w, c, ev, false);
}

__attribute__((noinline)) static struct slice take_looking(struct worker *w, struct client *c,
                                                           const struct io_event *ev)
{
    return take_replies_as(w, c, ev, true);
}

// Before the replies of an event are taken.
__attribute__((noinline)) static void answers_more(struct worker *w, struct client *c,
                                                   const struct io_event *ev)
{
    if (w->quickack)
        conn_quickack(&c->conn);
    if (c->conn.stamp && ev->data)
        sampler_read(&w->sampler, c, ev->at_ns);
    if (w->mixing)
        expect(w, c);
}

// The first answer for long: the server is there again. It was to the span before the oldest.
__attribute__((noinline)) static void served_at_last(struct worker *w, const struct client *c, uint64_t at_ns)
{
    lull_end(w, c->spans[(c->head - 1) & w->ring].from_ns, at_ns, patience_pause(w));
    if (w->waiting)
        link_hurry(w);
}

static inline void served(struct worker *w, const struct client *c, uint64_t at_ns)
{
    if (lull_ended(w, at_ns))
        served_at_last(w, c, at_ns);
    w->quiet_ns = w->served_ns = at_ns;
}

// What a connection in service sent. Answers whether it may have room now.
static inline bool take(struct worker *w, struct client *c, const struct io_event *ev)
{
    w->rec.counts.bytes_received += ev->len;
    if (w->more)
        answers_more(w, c, ev);
    if (!ev->data) {
        w->part_bytes += parse_announced(&c->parser) ? ev->len : 0;
        parse_skip(&c->parser, ev->len);
        c->conn.skip = parse_skippable(&c->parser);
        return false;
    }
    uint32_t before = c->outstanding;
    struct slice rest = w->looks ? take_looking(w, c, ev) : take_replies(w, c, ev);
    uint32_t got = before - c->outstanding;
    w->area_ns += got * ev->at_ns;
    w->outstanding -= got;
    if (got)
        served(w, c, ev->at_ns);
    if (w->sampler.every)
        sampler_answered(&w->sampler, c, ev->at_ns);
    if (w->skims) {
        c->conn.midway = c->parser.midway;
        c->conn.skip = parse_skippable(&c->parser);
    }
    if (rest.len) {
        link_broken(w, c, rest);
        return false;
    }
    return w->keepalive || !link_served(w, c, got);
}

// What a connection sent that was told ASKING: the answer to that, which says nothing, comes first. Takes it
// off, and answers whether there is more.
static bool pass_asking(struct worker *w, struct client *c, struct io_event *ev)
{
    struct resp_reply r = {.push = true};
    size_t len = ev->len;
    while (r.push && ev->len) {
        ssize_t n = parse_reply(&c->parser, ev->data, ev->len, &r);
        if (n == RESP_BAD) {
            link_broken(w, c, r.text);
            return false;
        }
        size_t taken = n == RESP_MORE ? ev->len : (size_t)n;
        ev->data += taken;
        ev->len -= taken;
        r.push |= n == RESP_MORE;
    }
    w->rec.counts.bytes_received += len - ev->len;
    if (!r.push)
        c->state = CLIENT_READY;
    return c->state == CLIENT_READY && ev->len;
}

// What a connection sent that is not, or not only, an answer. Answers whether answers are left in ev.
static bool in_service(struct worker *w, struct client *c, struct io_event *ev)
{
    if (c->state == CLIENT_ASKING)
        return pass_asking(w, c, ev);
    link_setup(w, c, ev);
    return false;
}

bool answers_take(struct worker *w, struct client *c, struct io_event *ev)
{
    if (c->state != CLIENT_READY && !in_service(w, c, ev))
        return false;
    return take(w, c, ev);
}
