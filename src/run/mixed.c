// SPDX-License-Identifier: MIT
#include "run/mixed.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define OTHER_KIND UINT64_C(0x9e3779b97f4a7c15) // between the seeds of kinds
#define PICKS UINT64_C(0x6d6978)                // the stream by which kinds are picked
#define SPACES UINT64_C(0x737061636573)         // between the seeds of key spaces

// As the rows take it.
static struct recorder recorder_of(const struct mixed_kind *k)
{
    return (struct recorder){.latency = k->latency, .counts = k->counts};
}

static bool follows(const struct mix *mix, unsigned kind)
{
    bool any = false;
    for (unsigned i = 0; i < mix->n; i++)
        any |= mix->next[i] == kind + 1;
    return any;
}

static int open_chains(struct mixed *m, const struct plan *p)
{
    m->chains = p->mix.chained ? calloc(m->n, sizeof *m->chains) : NULL;
    bool whole = m->chains || !p->mix.chained;
    for (unsigned i = 0; m->chains && i < m->n; i++) {
        struct mixed_chain *c = &m->chains[i];
        c->follows = follows(&p->mix, i);
        bool ends = c->follows && !p->mix.next[i];
        c->whole = ends ? hist_new(p->conf->digits) : NULL;
        whole &= c->whole || !ends;
    }
    return whole ? 0 : -ENOMEM;
}

static int open_kind(struct mixed_kind *k, const struct plan *p)
{
    k->latency = hist_new(p->conf->digits);
    k->unfinished = hist_new(p->conf->digits);
    if (!k->latency || !k->unfinished)
        return -ENOMEM;
    struct recorder rec = recorder_of(k);
    return series_init(&k->rows, &rec, p->step_ns);
}

int mixed_open(struct mixed *m, const struct plan *p)
{
    m->spaces = p->conf->spaces ? calloc(KEYDIST_NAMES, sizeof *m->spaces) : NULL;
    if (p->conf->spaces && !m->spaces)
        return -ENOMEM;
    if (p->kinds < 2)
        return 0;
    m->mixer = calloc(1, sizeof *m->mixer);
    m->kinds = calloc(p->kinds, sizeof *m->kinds);
    if (!m->mixer || !m->kinds)
        return -ENOMEM;
    m->n = p->kinds;
    for (unsigned i = 0; i < m->n; i++)
        m->canned[i] = (struct slice){p->asks[i].canned, p->asks[i].canned_len};
    m->mixer->drawn = malloc(p->conf->pipeline);
    int rc = m->mixer->drawn ? 0 : -ENOMEM;
    for (unsigned i = 0; rc == 0 && i < m->n; i++)
        rc = open_kind(&m->kinds[i], p);
    return rc == 0 ? open_chains(m, p) : rc;
}

void mixed_close(struct mixed *m)
{
    for (unsigned i = 0; m->chains && i < m->n; i++)
        hist_free(m->chains[i].whole);
    free(m->chains);
    for (unsigned i = 0; i < m->n; i++) {
        hist_free(m->kinds[i].latency);
        hist_free(m->kinds[i].unfinished);
        series_free(&m->kinds[i].rows);
    }
    if (m->mixer)
        free(m->mixer->drawn);
    free(m->mixer);
    free(m->kinds);
    free(m->spaces);
    *m = (struct mixed){0};
}

// Each kind has a stream of its own, and counts through its keys by itself.
static struct draw draw_of(const struct ask *ask, const struct deal *deal, uint64_t own)
{
    struct keydist keys = keydist_init(ask->keyspace, &ask->keys, own, *deal);
    return draw_init(&keys, own, deal);
}

// Commands with as many keys as the load share what is added.
void mixed_grow(struct mixed *m, const struct plan *p, const struct ask *ask, struct keydist *keys)
{
    m->growth.pending = (uint64_t)p->clients * p->conf->pipeline;
    if (p->grows && ask->keyspace == p->conf->keyspace)
        keydist_grow(keys, &m->growth, ask->inserts);
}

void mixed_begin(struct mixed *m, const struct plan *p, unsigned part, uint64_t seed)
{
    struct share mine = plan_share(p, part, 0);
    for (unsigned i = 0; m->spaces && i < KEYDIST_NAMES; i++)
        if (p->conf->spaces[i].keys)
            m->spaces[i] = keydist_init(p->conf->spaces[i].keys, &p->conf->spaces[i].law, seed ^ (SPACES + i),
                                        mine.deal);
    m->seen = (struct counts){0};
    for (unsigned i = 0; i < m->n; i++) {
        m->kinds[i].counts = (struct counts){0};
        hist_reset(m->kinds[i].latency);
        hist_reset(m->kinds[i].unfinished);
        if (m->chains && m->chains[i].whole)
            hist_reset(m->chains[i].whole);
        m->mixer->draws[i] = draw_of(&p->asks[i], &mine.deal, seed + i * OTHER_KIND);
        m->mixer->draws[i].spaces = m->spaces;
        mixed_grow(m, p, &p->asks[i], &m->mixer->draws[i].keys);
    }
    if (m->n)
        m->mixer->rng = rng_init(seed ^ PICKS, part);
}

void mixed_at(struct mixed *m, uint64_t since_ns)
{
    for (unsigned i = 0; i < m->n; i++)
        keydist_at(&m->mixer->draws[i].keys, since_ns);
}

struct span mixed_asked(struct mixed *m, struct client *c, uint32_t ring, const struct span *whole)
{
    const uint8_t *drawn = m->mixer->drawn;
    struct span span = *whole;
    uint32_t from = 0;
    for (uint32_t i = 0; i < whole->n; i++) {
        m->kinds[drawn[i]].counts.sent++;
        if (drawn[i] == drawn[from])
            continue;
        span.kind = drawn[from];
        span.n = i - from;
        client_asked(c, span, ring);
        from = i;
    }
    span.kind = drawn[from];
    span.n = whole->n - from;
    return span;
}

static void put_down(uint64_t *to, uint64_t all, uint64_t *seen)
{
    *to += all - *seen;
    *seen = all;
}

void mixed_answered(struct mixed *m, const struct counts *all, const struct span *span, uint64_t at_ns,
                    uint64_t n)
{
    struct mixed_kind *k = &m->kinds[span->kind];
    struct counts *seen = &m->seen;
    if (n)
        hist_record(k->latency, at_ns - span->from_ns, n);
    put_down(&k->counts.ok, all->ok, &seen->ok);
    if (all->errors != seen->errors) { // which the other two are of
        put_down(&k->counts.errors, all->errors, &seen->errors);
        put_down(&k->counts.errors_ns, all->errors_ns, &seen->errors_ns);
        put_down(&k->counts.unexpected, all->unexpected, &seen->unexpected);
    }
    put_down(&k->counts.hits, all->hits, &seen->hits);
    put_down(&k->counts.misses, all->misses, &seen->misses);
}

__attribute__((noinline, cold)) void mixed_chained(struct mixed *m, struct client *c, const struct span *span,
                                                   uint64_t at_ns, uint64_t n)
{
    const struct mixed_chain *chain = &m->chains[span->kind];
    if (!chain->follows)
        c->chain_ns = span->from_ns;
    if (n == 0)
        c->chain_ns = 0;
    if (chain->whole && c->chain_ns)
        hist_record(chain->whole, at_ns - c->chain_ns, 1);
}

void mixed_rows_begin(struct mixed *m, uint64_t step_ns)
{
    for (unsigned i = 0; i < m->n; i++)
        series_reset(&m->kinds[i].rows, step_ns);
}

int mixed_rows_mark(struct mixed *m)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < m->n; i++) {
        struct recorder rec = recorder_of(&m->kinds[i]);
        rc = series_mark(&m->kinds[i].rows, &rec, 0);
    }
    return rc;
}

int mixed_rows_end(struct mixed *m, uint64_t total_ns)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < m->n; i++) {
        struct recorder rec = recorder_of(&m->kinds[i]);
        rc = series_end(&m->kinds[i].rows, &rec, 0, total_ns);
    }
    return rc;
}

void mixed_unfinished(struct mixed *m, const struct span *span, uint64_t took_ns)
{
    struct mixed_kind *k = &m->kinds[span->kind];
    hist_record(k->unfinished, took_ns, span->n);
    k->counts.abandoned += span->n;
}

// --- the sum ---

static int sum_rows(struct series *out, const struct mixed *const *of, unsigned n, unsigned kind)
{
    struct series **all = calloc(n, sizeof(struct series *));
    for (unsigned i = 0; all && i < n; i++)
        all[i] = &of[i]->kinds[kind].rows;
    int rc = all ? series_sum(out, all, n) : -ENOMEM;
    free(all);
    return rc;
}

// What came of one kind: a result of its own, as far as that can be told apart.
static int sum_kind(const struct summary *whole, const struct plan *p, const struct mixed *const *of,
                    unsigned n, unsigned kind)
{
    struct summary *k = &whole->kinds[kind];
    const struct ask *ask = &p->asks[kind];
    *k = (struct summary){.title = ask->title,
                          .ending = whole->ending,
                          .load = whole->load,
                          .requests_asked = 0,
                          .duration_asked_ns = whole->duration_asked_ns,
                          .warmup_ns = whole->warmup_ns,
                          .interval_ns = whole->interval_ns,
                          .verified = whole->verified,
                          .reads = ask->reply.reads != READS_NOTHING,
                          .wall_ns = whole->wall_ns,
                          .start_ns = whole->start_ns};
    memcpy(k->test, ask->name, sizeof k->test);
    struct hist *unfinished = hist_new(p->conf->digits);
    k->latency = hist_new(p->conf->digits);
    bool chained = of[0]->chains && of[0]->chains[kind].whole;
    k->chain = chained ? hist_new(p->conf->digits) : NULL;
    if (!k->latency || !unfinished || (chained && !k->chain) || sum_rows(&k->series, of, n, kind) < 0) {
        hist_free(unfinished);
        return -ENOMEM;
    }
    for (unsigned i = 0; i < n; i++) {
        const struct mixed_kind *from = &of[i]->kinds[kind];
        counts_add(&k->counts, &from->counts);
        hist_merge(k->latency, from->latency);
        hist_merge(unfinished, from->unfinished);
        if (k->chain && of[i]->chains)
            hist_merge(k->chain, of[i]->chains[kind].whole);
    }
    double share = (double)summary_answered(k) / fmax(1, (double)summary_answered(whole));
    k->user_s = share * whole->user_s; // nobody measured them apart
    k->system_s = share * whole->system_s;
    summary_take_unfinished(k, unfinished);
    summary_settle(k);
    return 0;
}

int mixed_sum(struct summary *s, const struct plan *p, const struct mixed *const *of, unsigned n)
{
    if (p->kinds < 2 || p->conf->upkeep)
        return 0;
    s->kinds = calloc(p->kinds, sizeof *s->kinds);
    int rc = s->kinds ? 0 : -ENOMEM;
    for (; rc == 0 && s->nkinds < p->kinds; s->nkinds++)
        rc = sum_kind(s, p, of, n, s->nkinds);
    return rc;
}
