// SPDX-License-Identifier: MIT
#include "stats/pack.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define THREADS_MAX 65536
#define KINDS_MAX 256
#define WORDS_MAX 65536 // bytes of a title
#define STEP_MAX_NS (UINT64_C(1) << 62)

// A struct that grows must be packed whole: with each of these, this file and PACK_VERSION change.
#if __SIZEOF_POINTER__ == 8
_Static_assert(sizeof(struct summary) == 5632, "pack what struct summary has got");
_Static_assert(sizeof(struct thread_share) == 56, "pack what struct thread_share has got");
_Static_assert(sizeof(struct load) == 424, "pack what struct load has got");
_Static_assert(sizeof(struct signals) == 128, "pack what struct signals has got");
_Static_assert(sizeof(struct series_row) == 80, "pack what struct series_row has got");
_Static_assert(sizeof(struct punctuality) == 40, "pack what struct punctuality has got");
_Static_assert(sizeof(struct readtimes) == 32 && sizeof(struct wiretimes) == 40, "pack what they have got");
_Static_assert(sizeof(struct handshakes) == 96 && sizeof(struct connections) == 40,
               "pack what they have got");
_Static_assert(sizeof(struct node_share) == 328 && sizeof(struct outages) == 328, "pack what they have got");
#endif

// One walk over a result does both: it writes to out, or, where there is none, reads from in. What follows a
// failure does nothing.
struct pack {
    struct buf *out;
    struct slice in;
    int rc;
};

static void fail(struct pack *p, int rc)
{
    if (p->rc == 0)
        p->rc = rc;
}

static void demand(struct pack *p, bool holds)
{
    if (!holds)
        fail(p, -EINVAL);
}

static void bytes(struct pack *p, void *at, size_t n)
{
    if (p->rc)
        return;
    if (p->out) {
        fail(p, buf_append(p->out, at, n));
        return;
    }
    demand(p, n <= p->in.len);
    if (p->rc)
        return;
    if (n)
        memcpy(at, p->in.at, n);
    p->in = (struct slice){p->in.at + n, p->in.len - n};
}

static void number(struct pack *p, uint64_t *n)
{
    unsigned char at[8] = {0};
    pack_frame_put(at, *n);
    bytes(p, at, sizeof at);
    if (!p->out)
        *n = pack_frame_get((const char *)at);
}

// A number that is at most `most`.
static uint64_t upto(struct pack *p, uint64_t n, uint64_t most)
{
    number(p, &n);
    demand(p, n <= most);
    return p->rc ? 0 : n;
}

static void small(struct pack *p, unsigned *n)
{
    *n = (unsigned)upto(p, *n, UINT32_MAX);
}

static void flag(struct pack *p, bool *b)
{
    *b = upto(p, *b, 1);
}

static void whole(struct pack *p, int64_t *n)
{
    uint64_t raw = (uint64_t)*n;
    number(p, &raw);
    *n = (int64_t)raw;
}

// -1 (unknown), 0 or 1.
static void maybe(struct pack *p, int *n)
{
    *n = (int)upto(p, (uint64_t)*n + 1, 2) - 1;
}

static void real(struct pack *p, double *x)
{
    uint64_t raw;
    memcpy(&raw, x, sizeof raw);
    number(p, &raw);
    memcpy(x, &raw, sizeof raw);
    demand(p, isfinite(*x));
    if (p->rc)
        *x = 0;
}

static void text(struct pack *p, char *at, size_t cap)
{
    size_t n = upto(p, p->out ? strlen(at) : 0, cap - 1);
    bytes(p, at, n);
    if (!p->out)
        at[p->rc ? 0 : n] = 0;
    demand(p, strlen(at) == n);
}

// Bytes of any length, on the heap when they are read.
static void heap(struct pack *p, struct buf *b)
{
    size_t n = upto(p, b->len - b->head, p->out ? SIZE_MAX : p->in.len);
    if (!p->out && p->rc == 0)
        fail(p, buf_reserve(b, n));
    if (p->rc)
        return;
    if (n)
        bytes(p, b->at + b->head, n);
    if (!p->out)
        b->len = n;
}

static void hist(struct pack *p, struct hist **h)
{
    struct buf cells = {0};
    bool there = *h;
    flag(p, &there);
    if (!there || p->rc)
        return;
    unsigned digits = p->out ? (unsigned)hist_digits(*h) : 0;
    struct hist_exact e = p->out ? hist_exact(*h) : (struct hist_exact){0};
    if (p->out)
        fail(p, hist_cells(*h, &cells));
    small(p, &digits);
    number(p, &e.overflow);
    number(p, &e.min);
    number(p, &e.max);
    number(p, &e.sum_high);
    number(p, &e.sum_low);
    heap(p, &cells);
    if (!p->out && p->rc == 0)
        fail(p, hist_of(h, (int)digits, buf_unread(&cells), &e));
    buf_free(&cells);
}

// --- rows ---

static void row(struct pack *p, struct series_row *r)
{
    number(p, &r->due);
    number(p, &r->sent);
    number(p, &r->ok);
    number(p, &r->errors);
    number(p, &r->invalidations);
    real(p, &r->cpu_s);
    r->latency_len = upto(p, r->latency_len, HIST_CELLS_MAX);
    r->lag_len = upto(p, r->lag_len, HIST_CELLS_MAX);
}

// Cells that can be read as those of h.
static void check_cells(struct pack *p, const struct hist *h, struct slice cells, uint64_t *count)
{
    uint64_t n = 0;
    demand(p, cells.len == 0 || (h && hist_cells_fit(h, cells, &n)));
    demand(p, n <= HIST_CELLS_MAX - *count);
    if (p->rc == 0)
        *count += n;
}

static void check_rows(struct pack *p, struct series *s, const struct hist *latency, const struct hist *lag)
{
    size_t latency_at = 0, lag_at = 0;
    uint64_t latencies = 0, lags = 0;
    demand(p, s->step_ns <= STEP_MAX_NS && (s->step_ns > 0 || s->n == 0));
    for (size_t i = 0; i < s->n && p->rc == 0; i++) {
        struct series_row *r = &s->rows[i];
        r->latency_at = latency_at;
        r->lag_at = lag_at;
        demand(p, r->latency_len <= s->latency.len - latency_at && r->lag_len <= s->lag.len - lag_at);
        if (p->rc)
            return;
        check_cells(p, latency, series_latency(s, r), &latencies);
        check_cells(p, lag, series_lag(s, r), &lags);
        latency_at += r->latency_len;
        lag_at += r->lag_len;
    }
    demand(p, latency_at == s->latency.len && lag_at == s->lag.len);
}

// The marks of series that are still written stay behind.
static void series(struct pack *p, struct series *s, const struct hist *latency, const struct hist *lag)
{
    number(p, &s->step_ns);
    number(p, &s->total_ns);
    size_t n = upto(p, s->n, SERIES_ROWS_MAX);
    if (!p->out && p->rc == 0 && n) {
        s->rows = calloc(n, sizeof *s->rows);
        fail(p, s->rows ? 0 : -ENOMEM);
        s->n = s->cap = p->rc ? 0 : n;
    }
    for (size_t i = 0; i < s->n; i++)
        row(p, &s->rows[i]);
    heap(p, &s->latency);
    heap(p, &s->lag);
    if (!p->out && p->rc == 0)
        check_rows(p, s, latency, lag);
}

// --- the rest ---

static void numbers(struct pack *p, uint64_t *const *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        number(p, all[i]);
}

static void outages(struct pack *p, struct outages *o)
{
    o->n = (unsigned)upto(p, o->n, OUTAGES_MAX);
    small(p, &o->more);
    for (struct outage *x = o->list; x < o->list + o->n; x++) {
        uint64_t *const all[] = {&x->start_ns, &x->length_ns, &x->missed, &x->recovered_ns};
        numbers(p, all, 4);
        flag(p, &x->ended);
        flag(p, &x->recovered);
        flag(p, &x->broke);
    }
}

static void load(struct pack *p, struct load *l)
{
    real(p, &l->rate);
    text(p, l->arrival, sizeof l->arrival);
    text(p, l->key_dist, sizeof l->key_dist);
    text(p, l->workload, sizeof l->workload);
    text(p, l->engine, sizeof l->engine);
    small(p, &l->clients);
    small(p, &l->pipeline);
    flag(p, &l->window);
    small(p, &l->threads);
    maybe(p, &l->keepalive);
    maybe(p, &l->sequential);
    maybe(p, &l->quickack);
    maybe(p, &l->tls);
    small(p, &l->protocol);
    text(p, l->tracking, sizeof l->tracking);
    whole(p, &l->reconnect_every);
    whole(p, &l->payload_bytes);
    whole(p, &l->keyspace);
}

static void counts(struct pack *p, struct counts *c)
{
    uint64_t all[sizeof *c / sizeof(uint64_t)]; // nothing but these, by counts.h
    memcpy(all, c, sizeof all);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        number(p, &all[i]);
    memcpy(c, all, sizeof all);
}

static void signals(struct pack *p, struct signals *s)
{
    real(p, &s->steal);
    number(p, &s->throttled);
    small(p, &s->cpus);
    small(p, &s->sampled);
    number(p, &s->segments);
    number(p, &s->retransmitted);
    real(p, &s->receiver_limited);
    real(p, &s->sender_limited);
    real(p, &s->rtt_min_us);
    flag(p, &s->asked);
    flag(p, &s->local);
    flag(p, &s->cpu_known);
    real(p, &s->server_cores);
    real(p, &s->server_thread);
    real(p, &s->server_queued);
    small(p, &s->shared_cpus);
    flag(p, &s->aof);
    flag(p, &s->saved);
    number(p, &s->evicted);
    number(p, &s->commands);
    real(p, &s->ceiling_rps);
}

static void tally(struct pack *p, struct tally *t)
{
    for (int i = 0; i < TALLY_KINDS; i++) {
        text(p, t->kinds[i].prefix, sizeof t->kinds[i].prefix);
        text(p, t->kinds[i].first, sizeof t->kinds[i].first);
        number(p, &t->kinds[i].count);
    }
}

static void share(struct pack *p, struct thread_share *s)
{
    small(p, &s->clients);
    number(p, &s->answered);
    real(p, &s->user_s);
    real(p, &s->system_s);
    real(p, &s->queued_s);
    real(p, &s->spun_s);
    number(p, &s->preempted);
}

// Room for so many when they are read; none where that fails.
static void *room(struct pack *p, void *at, unsigned *n, size_t each)
{
    *n = (unsigned)upto(p, *n, THREADS_MAX);
    if (!p->out && *n)
        at = calloc(*n, each);
    if (!p->out && *n && !at)
        fail(p, -ENOMEM);
    *n = p->rc ? 0 : *n;
    return at;
}

static void shares(struct pack *p, struct summary *s)
{
    small(p, &s->first_worker);
    s->shares = room(p, s->shares, &s->workers, sizeof *s->shares);
    for (unsigned i = 0; i < s->workers; i++)
        share(p, &s->shares[i]);
}

static void node(struct pack *p, struct node_share *n)
{
    text(p, n->addr, sizeof n->addr);
    flag(p, &n->replica);
    small(p, &n->slots);
    real(p, &n->due);
    counts(p, &n->counts);
    hist(p, &n->latency);
}

static void nodes(struct pack *p, struct summary *s)
{
    small(p, &s->topologies);
    s->nodes.at = room(p, s->nodes.at, &s->nodes.n, sizeof *s->nodes.at);
    for (unsigned i = 0; i < s->nodes.n; i++)
        node(p, &s->nodes.at[i]);
}

// The title, and the name of a system call.
static void words(struct pack *p, struct summary *s)
{
    struct buf title = {0}, call = {0};
    if (p->out) {
        title = (struct buf){.at = (char *)s->title, .len = s->title ? strlen(s->title) : 0};
        call = (struct buf){.at = (char *)s->waits_by, .len = s->waits_by ? strlen(s->waits_by) : 0};
    }
    heap(p, &title);
    heap(p, &call);
    demand(p, title.len < WORDS_MAX && call.len < WORDS_MAX);
    if (p->out)
        return;
    demand(p, !memchr(buf_unread(&title).at, 0, title.len) && !memchr(buf_unread(&call).at, 0, call.len));
    if (p->rc == 0)
        fail(p, summary_own_words(s, buf_unread(&title), buf_unread(&call)));
    buf_free(&title);
    buf_free(&call);
}

static void asked(struct pack *p, struct summary *s)
{
    text(p, s->test, sizeof s->test);
    words(p, s);
    s->ending = (enum ending)upto(p, s->ending, ENDING_LOST);
    text(p, s->note, sizeof s->note);
    load(p, &s->load);
    uint64_t *const all[] = {&s->requests_asked, &s->duration_asked_ns, &s->warmup_ns,
                             &s->ramp_ns,        &s->prefilled,         &s->interval_ns};
    numbers(p, all, 6);
    flag(p, &s->reads);
    flag(p, &s->until_precise);
    flag(p, &s->precise);
    flag(p, &s->hopeless);
}

static void hists(struct pack *p, struct summary *s)
{
    struct hist **const all[] = {&s->latency,    &s->bounded,    &s->service,    &s->lag,
                                 &s->wait,       &s->wire.send,  &s->wire.wire,  &s->wire.wake,
                                 &s->wire.whole, &s->read.delay, &s->read.whole, &s->read.kernel,
                                 &s->tls.full,   &s->tls.resumed};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        hist(p, all[i]);
    for (int i = 0; i < CONNECTION_PHASES; i++)
        hist(p, &s->connections.of[i]);
    text(p, s->tls.protocol, sizeof s->tls.protocol);
    text(p, s->tls.cipher, sizeof s->tls.cipher);
    text(p, s->tls.verified, sizeof s->tls.verified);
    bool open = s->service, wired = s->wire.whole, read = s->read.whole;
    demand(p, read == !!s->read.delay && read == !!s->read.kernel && open == !!s->lag && open == !!s->wait);
    demand(p, !s->tls.full == !s->tls.resumed && connections_whole(&s->connections));
    demand(p, wired == !!s->wire.send && wired == !!s->wire.wire && wired == !!s->wire.wake);
    demand(p, !s->bounded || (s->latency && hist_digits(s->latency) == hist_digits(s->bounded)));
}

static void found(struct pack *p, struct summary *s)
{
    uint64_t *const all[] = {&s->wall_ns,           &s->bytes_sent,      &s->lost,
                             &s->connect_ns,        &s->in_flight,       &s->bound_min_ns,
                             &s->start_ns,          &s->offset_ns,       &s->pauses,
                             &s->paused_ns,         &s->wire.missed,     &s->read.missed,
                             &s->punctual.requests, &s->punctual.tick_ns};
    numbers(p, all, sizeof all / sizeof *all);
    counts(p, &s->counts);
    real(p, &s->punctual.distance);
    real(p, &s->punctual.due_dispersion);
    real(p, &s->punctual.sent_dispersion);
    real(p, &s->outstanding_ns);
    real(p, &s->user_s);
    real(p, &s->system_s);
    hists(p, s);
    series(p, &s->warm, s->latency, s->lag);
    series(p, &s->series, s->latency, s->lag);
    outages(p, &s->outages);
    signals(p, &s->signals);
    tally(p, &s->tally);
    shares(p, s);
    nodes(p, s);
}

// Of a mix: what came of each kind, which has none in turn.
static void kinds(struct pack *p, struct summary *s)
{
    s->nkinds = (unsigned)upto(p, s->nkinds, KINDS_MAX);
    struct summary *copies = calloc(s->nkinds + 1, sizeof *copies);
    fail(p, copies ? 0 : -ENOMEM);
    for (unsigned i = 0; i < s->nkinds && p->rc == 0; i++) {
        copies[i] = p->out ? s->kinds[i] : copies[i];
        asked(p, &copies[i]);
        found(p, &copies[i]);
        demand(p, copies[i].latency != NULL);
    }
    if (p->out)
        free(copies);
    else
        s->kinds = copies;
}

// All but the quantiles, which summary_settle works out.
static void walk(struct pack *p, struct summary *s)
{
    asked(p, s);
    found(p, s);
    kinds(p, s);
}

// --- the frame ---

int pack_summary(const struct summary *s, struct buf *out)
{
    struct summary shallow = *s; // the walk takes one that it may write to
    struct pack p = {.out = out};
    size_t start = out->len - out->head;
    unsigned char head[PACK_HEAD_BYTES] = {0}, sum[PACK_SUM_BYTES];
    bytes(&p, head, sizeof head);
    walk(&p, &shallow);
    if (p.rc)
        return p.rc;
    struct slice all = buf_unread(out);
    pack_frame_head(head, all.len - start - PACK_HEAD_BYTES + PACK_SUM_BYTES);
    memcpy(out->at + out->head + start, head, sizeof head);
    pack_frame_put(sum, pack_sum((struct slice){all.at + start, all.len - start}));
    bytes(&p, sum, sizeof sum);
    return p.rc;
}

int pack_read(struct summary *s, struct slice all, struct err *err)
{
    *s = (struct summary){0};
    if (pack_frame_check(all, err) < 0)
        return -1;
    struct pack p = {.in = {all.at + PACK_HEAD_BYTES, all.len - PACK_HEAD_BYTES - PACK_SUM_BYTES}};
    walk(&p, s);
    demand(&p, p.in.len == 0);
    if (p.rc == 0 && s->latency)
        summary_settle(s);
    if (p.rc == 0)
        return 0;
    summary_free(s);
    return p.rc == -ENOMEM ? err_set(err, ERR_RUN, "not enough memory to read the result of a part")
                           : pack_frame_refuse(err, "one whose figures do not fit together");
}
