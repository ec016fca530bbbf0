// SPDX-License-Identifier: MIT
#include "stats/pack.h"

#include "stats/freeze.h"
#include "stats/pack_series.h"
#include "stats/packer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define KINDS_MAX 256
#define WORDS_MAX 65536 // bytes of a title

// A struct that grows must be packed whole: with each of these, this file and PACK_VERSION change.
#if __SIZEOF_POINTER__ == 8
_Static_assert(sizeof(struct summary) == 8968, "pack what struct summary has got"); // but for light
_Static_assert(sizeof(struct thread_share) == 56, "pack what struct thread_share has got");
_Static_assert(sizeof(struct load) == 424, "pack what struct load has got");
_Static_assert(sizeof(struct signals) == 160, "pack what struct signals has got");
_Static_assert(sizeof(struct punctuality) == 40, "pack what struct punctuality has got");
_Static_assert(sizeof(struct evidence) == 656, "pack what struct evidence has got");
_Static_assert(sizeof(struct readtimes) == 32 && sizeof(struct wiretimes) == 40, "pack what they have got");
_Static_assert(sizeof(struct handshakes) == 104 && sizeof(struct connections) == 40,
               "pack what they have got");
_Static_assert(sizeof(struct delivery) == 232, "pack what it has got");
_Static_assert(sizeof(struct node_share) == 408 && sizeof(struct outages) == 1352, "pack what they have got");
#endif

static void outages(struct packer *p, struct outages *o)
{
    o->n = (unsigned)packer_upto(p, o->n, OUTAGES_MAX);
    packer_small(p, &o->more);
    for (struct outage *x = o->list; x < o->list + o->n; x++) {
        uint64_t *const all[] = {&x->start_ns, &x->length_ns, &x->missed, &x->recovered_ns};
        packer_numbers(p, all, 4);
        packer_text(p, x->node, sizeof x->node);
        packer_flag(p, &x->ended);
        packer_flag(p, &x->recovered);
        packer_flag(p, &x->broke);
    }
}

static void delivery(struct packer *p, struct delivery *d)
{
    uint64_t *const all[] = {&d->sent, &d->expected, &d->delivered, &d->duplicates};
    packer_numbers(p, all, 4);
    packer_small(p, &d->consumers);
    packer_small(p, &d->queues);
    packer_small(p, &d->gone);
    packer_real(p, &d->cpu_s);
    packer_real(p, &d->seconds);
    packer_text(p, d->why, sizeof d->why);
    packer_demand(p, d->delivered <= d->expected);
}

static void load(struct packer *p, struct load *l)
{
    packer_real(p, &l->rate);
    packer_text(p, l->arrival, sizeof l->arrival);
    packer_text(p, l->key_dist, sizeof l->key_dist);
    packer_text(p, l->workload, sizeof l->workload);
    packer_text(p, l->engine, sizeof l->engine);
    packer_small(p, &l->clients);
    packer_small(p, &l->pipeline);
    packer_flag(p, &l->window);
    packer_small(p, &l->threads);
    packer_maybe(p, &l->keepalive);
    packer_maybe(p, &l->sequential);
    packer_maybe(p, &l->quickack);
    packer_maybe(p, &l->tls);
    packer_small(p, &l->protocol);
    packer_text(p, l->tracking, sizeof l->tracking);
    packer_whole(p, &l->reconnect_every);
    packer_whole(p, &l->payload_bytes);
    packer_whole(p, &l->keyspace);
}

static void counts(struct packer *p, struct counts *c)
{
    uint64_t all[sizeof *c / sizeof(uint64_t)]; // nothing but these, by counts.h
    memcpy(all, c, sizeof all);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        packer_number(p, &all[i]);
    memcpy(c, all, sizeof all);
}

static void signals(struct packer *p, struct signals *s)
{
    packer_real(p, &s->steal);
    packer_number(p, &s->throttled);
    packer_small(p, &s->cpus);
    packer_small(p, &s->sampled);
    packer_number(p, &s->segments);
    packer_number(p, &s->retransmitted);
    packer_real(p, &s->receiver_limited);
    packer_real(p, &s->sender_limited);
    packer_real(p, &s->rtt_min_us);
    packer_flag(p, &s->asked);
    packer_flag(p, &s->local);
    packer_flag(p, &s->cpu_known);
    packer_real(p, &s->server_cores);
    packer_real(p, &s->server_thread);
    packer_real(p, &s->server_queued);
    packer_small(p, &s->shared_cpus);
    packer_flag(p, &s->aof);
    packer_flag(p, &s->saved);
    packer_number(p, &s->evicted);
    packer_number(p, &s->commands);
    packer_flag(p, &s->calls_known);
    packer_number(p, &s->calls);
    packer_flag(p, &s->alone);
    packer_number(p, &s->accepted);
    packer_real(p, &s->ceiling_rps);
}

static void drawn(struct packer *p, struct drawn *d)
{
    d->n = (unsigned)packer_upto(p, d->n, DRAWN_BINS);
    packer_number(p, &d->read);
    packer_number(p, &d->strays);
    for (unsigned i = 0; i < d->n; i++) {
        packer_real(p, &d->share[i]);
        packer_demand(p, d->share[i] > 0);
        packer_small(p, &d->seen[i]);
    }
}

static void evidence(struct packer *p, struct evidence *e)
{
    drawn(p, &e->keys);
    drawn(p, &e->sizes);
    packer_flag(p, &e->hits_known);
    packer_real(p, &e->hits_least);
    packer_number(p, &e->commands);
    packer_number(p, &e->connections);
}

static void tally(struct packer *p, struct tally *t)
{
    for (int i = 0; i < TALLY_KINDS; i++) {
        packer_text(p, t->kinds[i].prefix, sizeof t->kinds[i].prefix);
        packer_text(p, t->kinds[i].first, sizeof t->kinds[i].first);
        packer_number(p, &t->kinds[i].count);
    }
}

static void share(struct packer *p, struct thread_share *s)
{
    packer_small(p, &s->clients);
    packer_number(p, &s->answered);
    packer_real(p, &s->user_s);
    packer_real(p, &s->system_s);
    packer_real(p, &s->queued_s);
    packer_real(p, &s->spun_s);
    packer_number(p, &s->preempted);
}

static void shares(struct packer *p, struct summary *s)
{
    packer_small(p, &s->first_worker);
    s->shares = packer_room(p, s->shares, &s->workers, sizeof *s->shares);
    for (unsigned i = 0; i < s->workers; i++)
        share(p, &s->shares[i]);
}

static void node(struct packer *p, struct node_share *n)
{
    packer_text(p, n->addr, sizeof n->addr);
    packer_flag(p, &n->replica);
    packer_small(p, &n->slots);
    packer_real(p, &n->due);
    counts(p, &n->counts);
    packer_hist(p, &n->latency);
}

static void nodes(struct packer *p, struct summary *s)
{
    packer_small(p, &s->topologies);
    s->nodes.at = packer_room(p, s->nodes.at, &s->nodes.n, sizeof *s->nodes.at);
    for (unsigned i = 0; i < s->nodes.n; i++)
        node(p, &s->nodes.at[i]);
}

static void generator(struct packer *p, struct generator *g)
{
    packer_text(p, g->host, sizeof g->host);
    packer_small(p, &g->part);
    packer_small(p, &g->threads);
    packer_small(p, &g->clients);
    uint64_t *const all[] = {&g->start_ns, &g->late_ns, &g->clock_error_ns, &g->wall_ns,
                             &g->answered, &g->p50_ns,  &g->p99_ns};
    packer_numbers(p, all, 7);
    packer_real(p, &g->busy);
    packer_text(p, g->limited_by, sizeof g->limited_by);
    packer_text(p, g->why, sizeof g->why);
    packer_text(p, g->note, sizeof g->note);
}

static void generators(struct packer *p, struct generators *all)
{
    packer_small(p, &all->asked);
    all->at = packer_room(p, all->at, &all->n, sizeof *all->at);
    for (unsigned i = 0; i < all->n; i++)
        generator(p, &all->at[i]);
}

// The title, and the name of a system call.
static void words(struct packer *p, struct summary *s)
{
    struct buf title = {0}, call = {0};
    if (p->out) {
        title = (struct buf){.at = (char *)s->title, .len = s->title ? strlen(s->title) : 0};
        call = (struct buf){.at = (char *)s->waits_by, .len = s->waits_by ? strlen(s->waits_by) : 0};
    }
    packer_heap(p, &title);
    packer_heap(p, &call);
    packer_demand(p, title.len < WORDS_MAX && call.len < WORDS_MAX);
    if (p->out)
        return;
    packer_demand(p,
                  !memchr(buf_unread(&title).at, 0, title.len) && !memchr(buf_unread(&call).at, 0, call.len));
    if (p->rc == 0)
        packer_fail(p, summary_own_words(s, buf_unread(&title), buf_unread(&call)));
    buf_free(&title);
    buf_free(&call);
}

static void asked(struct packer *p, struct summary *s)
{
    packer_text(p, s->test, sizeof s->test);
    words(p, s);
    s->ending = (enum ending)packer_upto(p, s->ending, ENDING_LOST);
    packer_text(p, s->note, sizeof s->note);
    load(p, &s->load);
    uint64_t *const all[] = {&s->requests_asked, &s->duration_asked_ns, &s->warmup_ns,  &s->ramp_ns,
                             &s->prefilled,      &s->prefill_ns,        &s->interval_ns};
    packer_numbers(p, all, 7);
    packer_flag(p, &s->reads);
    packer_flag(p, &s->verified);
    packer_text(p, s->cure, sizeof s->cure);
    packer_flag(p, &s->until_precise);
    packer_flag(p, &s->precise);
    packer_flag(p, &s->hopeless);
}

static void hists(struct packer *p, struct summary *s)
{
    struct hist **const all[] = {&s->latency,      &s->bounded,     &s->service,          &s->lag,
                                 &s->wait,         &s->wire.send,   &s->wire.wire,        &s->wire.wake,
                                 &s->wire.whole,   &s->read.delay,  &s->read.whole,       &s->read.kernel,
                                 &s->tls.full,     &s->tls.resumed, &s->delivery.latency, &s->chain,
                                 &s->staleness.age};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        packer_hist(p, all[i]);
    for (int i = 0; i < CONNECTION_PHASES; i++)
        packer_hist(p, &s->connections.of[i]);
    packer_text(p, s->tls.protocol, sizeof s->tls.protocol);
    packer_text(p, s->tls.cipher, sizeof s->tls.cipher);
    packer_text(p, s->tls.kernel, sizeof s->tls.kernel);
    packer_text(p, s->tls.verified, sizeof s->tls.verified);
    bool open = s->service, wired = s->wire.whole, read = s->read.whole;
    packer_demand(p, read == !!s->read.delay && read == !!s->read.kernel && open == !!s->lag &&
                         open == !!s->wait);
    packer_demand(p, !s->tls.full == !s->tls.resumed && connections_whole(&s->connections));
    packer_demand(p, wired == !!s->wire.send && wired == !!s->wire.wire && wired == !!s->wire.wake);
    packer_demand(p, !s->bounded || (s->latency && hist_digits(s->latency) == hist_digits(s->bounded)));
}

static void found(struct packer *p, struct summary *s)
{
    uint64_t *const all[] = {&s->wall_ns,           &s->bytes_sent,       &s->lost,
                             &s->connect_ns,        &s->in_flight,        &s->bound_min_ns,
                             &s->start_ns,          &s->offset_ns,        &s->pauses,
                             &s->paused_ns,         &s->wire.missed,      &s->read.missed,
                             &s->punctual.requests, &s->punctual.tick_ns, &s->staleness.at_least,
                             &s->staleness.behind};
    packer_numbers(p, all, sizeof all / sizeof *all);
    counts(p, &s->counts);
    packer_real(p, &s->punctual.distance);
    packer_real(p, &s->punctual.due_dispersion);
    packer_real(p, &s->punctual.sent_dispersion);
    packer_real(p, &s->outstanding_ns);
    packer_real(p, &s->user_s);
    packer_real(p, &s->system_s);
    hists(p, s);
    pack_series(p, &s->warm, s->latency, s->lag);
    pack_series(p, &s->series, s->latency, s->lag);
    delivery(p, &s->delivery);
    outages(p, &s->outages);
    signals(p, &s->signals);
    evidence(p, &s->evidence);
    tally(p, &s->tally);
    shares(p, s);
    nodes(p, s);
    generators(p, &s->generators);
}

// Of a mix: what came of each kind, which has none in turn.
static void kinds(struct packer *p, struct summary *s)
{
    s->nkinds = (unsigned)packer_upto(p, s->nkinds, KINDS_MAX);
    struct summary *copies = calloc(s->nkinds + 1, sizeof *copies);
    if (!copies)
        packer_fail(p, -ENOMEM);
    for (unsigned i = 0; copies && i < s->nkinds && p->rc == 0; i++) {
        copies[i] = p->out ? s->kinds[i] : copies[i];
        asked(p, &copies[i]);
        found(p, &copies[i]);
        packer_demand(p, copies[i].latency != NULL);
    }
    if (p->out)
        free(copies);
    else
        s->kinds = copies;
}

// All but what is worked out from it: the quantiles, the verdict, the validity and the doubts.
static void walk(struct packer *p, struct summary *s)
{
    asked(p, s);
    found(p, s);
    kinds(p, s);
}

// --- the frame ---

int pack_summary(const struct summary *s, struct buf *out)
{
    struct summary shallow = *s; // the walk takes one that it may write to
    struct packer p = {.out = out};
    size_t start;
    packer_fail(&p, pack_frame_begin(out, &start));
    walk(&p, &shallow);
    if (shallow.kinds != s->kinds)
        BUG("who packs leaves what there is");
    return p.rc ? p.rc : pack_frame_end(out, start, PACK_RESULT);
}

int pack_read_raw(struct summary *s, struct slice all, struct err *err)
{
    struct packer p = {0};
    *s = (struct summary){0};
    if (pack_frame_check(all, PACK_RESULT, &p.in, err) < 0)
        return -1;
    walk(&p, s);
    packer_demand(&p, p.in.len == 0);
    if (p.rc == 0)
        return 0;
    summary_free(s);
    return p.rc == -ENOMEM ? err_set(err, ERR_RUN, "not enough memory to read the result of a part")
                           : pack_frame_refuse(err, "one whose figures do not fit together");
}

int pack_read(struct summary *s, struct slice all, struct err *err)
{
    if (pack_read_raw(s, all, err) < 0)
        return -1;
    if (s->latency)
        summary_settle(s);
    if (freeze_summary(s) == 0)
        return 0;
    summary_free(s);
    return err_set(err, ERR_RUN, "not enough memory to read the result of a part");
}
