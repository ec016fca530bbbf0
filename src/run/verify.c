// SPDX-License-Identifier: MIT
#include "run/verify.h"

#include "base/clock.h"
#include "load/proof.h"
#include "run/worker.h"

#include <inttypes.h>
#include <stdio.h>

#define TEXT_MAX 160

static struct notes_client *of(const struct worker *w, const struct client *c)
{
    return &w->verify->clients[c - w->clients];
}

static uint32_t owner_of(const struct worker *w, const struct client *c)
{
    return w->verify->owner + (uint32_t)(c - w->clients);
}

static struct version_key *key_of(const struct worker *w, const struct notes_one *n)
{
    return &w->verify->keys[n->name][n->number];
}

// --- asking ---

static char *write_one(struct worker *w, struct client *c, const struct ask *a, struct draw *d, char *at)
{
    const struct notes *v = w->verify;
    struct notes_client *own = of(w, c);
    struct notes_one *note = &own->notes[own->tail++ & v->ring];
    const struct recipe *recipe = a->request.recipe;
    d->self.keys = a->check == CHECK_WRITE ? v->keys[a->name_at] : NULL;
    d->self.writer = v->writer;
    d->self.owner = owner_of(w, c);
    if (recipe && recipe->now)
        d->unix_ms = clock_real_ns() / NS_PER_MS;
    at = client_write_one(&a->request, d, at);
    *note = (struct notes_one){
        .check = a->check, .name = a->name_at, .number = d->number, .replaces = d->self.last.replaces};
    if (a->check == CHECK_READ)
        note->may = versions_read(key_of(w, note), d->self.owner);
    return at;
}

void verify_write(struct worker *w, struct client *c, uint32_t n)
{
    struct mixer *m = w->draw.mixer;
    const struct mix *mix = w->asks->request.mix;
    char *at = c->out;
    for (uint32_t i = 0; i < n; i++) {
        unsigned kind = mix ? mix_pick(mix, &m->rng, i) : 0;
        const struct ask *a = mix ? &w->plan->asks[kind] : w->asks;
        char *end = write_one(w, c, a, mix ? &m->draws[kind] : &w->draw, at);
        if (mix)
            m->drawn[i] = (uint8_t)kind;
        if (mix || !a->request.recipe)
            w->draw.bytes += (size_t)(end - at);
        at = end;
    }
    c->laid = NULL;
    c->iov[0] = (struct iovec){c->out, (size_t)(at - c->out)};
    c->conn.out_n = 1;
    c->conn.out = c->iov;
    c->conn.asks = n;
    c->conn.kinds = mix ? m->drawn : NULL;
}

// --- answers ---

// What is wrong with a value, in the order in which it is told.
struct fault {
    uint64_t *count;
    char text[TEXT_MAX];
};

#define SAY(f, counter, ...)                                                                                 \
    ((f)->count = &(counter), snprintf((f)->text, sizeof(f)->text, __VA_ARGS__), true)

// Whether another request of the connection, not long ago, named the key that the value has.
static bool asked_for(const struct worker *w, const struct notes_client *own, const struct proof *p)
{
    for (uint32_t i = 0; i <= w->verify->ring; i++) {
        const struct notes_one *n = &own->notes[i];
        if (n->check && n->number == p->number && w->plan->names.at[n->name].hash == p->name)
            return true;
    }
    return false;
}

static bool is_old(const struct worker *w, const struct proof *p, uint64_t least)
{
    bool own = p->writer >> PROOF_WORKERS == w->verify->writer >> PROOF_WORKERS;
    return least > 0 && (!own || p->version < least);
}

// Whether the value may not be; then how.
static bool faulty(struct worker *w, struct client *c, const struct notes_one *n, struct slice value,
                   struct fault *f)
{
    struct counts *counts = &w->rec.counts;
    struct proof p;
    uint64_t least = versions_least(key_of(w, n), n->may);
    enum proof_state state = proof_read(value, &p);
    counts->checked++;
    if (state == PROOF_TRUNCATED)
        return SAY(f, counts->truncated,
                   RECORDER_TRUNCATED " value of key %" PRIu64 ": it ends after %zu bytes", n->number,
                   value.len);
    if (state == PROOF_CORRUPT)
        return SAY(f, counts->corrupted,
                   RECORDER_CORRUPTED " value of key %" PRIu64 ": its %zu bytes fit no checksum", n->number,
                   value.len);
    if (state == PROOF_NONE && least > 0)
        return SAY(f, counts->corrupted,
                   RECORDER_CORRUPTED " value of key %" PRIu64 ": its %zu bytes are none of this run's",
                   n->number, value.len);
    if (state == PROOF_NONE) {
        counts->checked--;
        counts->unchecked++;
        return false;
    }
    bool same = p.number == n->number && p.name == w->plan->names.at[n->name].hash;
    if (!same && asked_for(w, of(w, c), &p))
        return SAY(f, counts->crossed,
                   RECORDER_CROSSED " reply: the value of key %" PRIu64 " came for key %" PRIu64
                                    ", and was asked for beside it",
                   p.number, n->number);
    if (!same)
        return SAY(f, counts->wrong_key,
                   RECORDER_WRONG_KEY ": the value of key %" PRIu64 " came for key %" PRIu64, p.number,
                   n->number);
    if (is_old(w, &p, least))
        return SAY(f, counts->stale,
                   RECORDER_STALE " value of key %" PRIu64 ": version %" PRIu64 ", though version %" PRIu64
                                  " was written before it was read",
                   n->number, p.version, least);
    return false;
}

void verify_part(struct worker *w, struct client *c, struct slice bytes)
{
    buf_append(&of(w, c)->part, bytes.at, bytes.len);
}

// The payload of a bulk string stands last in its reply.
static struct slice value_of(struct notes_client *own, struct slice bytes, const struct resp_reply *r)
{
    size_t n = (size_t)r->number;
    if (own->part.len && buf_append(&own->part, bytes.at, bytes.len) == 0)
        bytes = buf_unread(&own->part);
    return bytes.len >= n + 2 ? (struct slice){bytes.at + bytes.len - n - 2, n} : (struct slice){"", 0};
}

bool verify_reply(struct worker *w, struct client *c, struct slice bytes, const struct resp_reply *r,
                  uint64_t took_ns)
{
    struct notes_client *own = of(w, c);
    const struct notes_one *n = &own->notes[own->head++ & w->verify->ring];
    struct fault f = {0};
    bool bad = false;
    if (n->check == CHECK_WRITE)
        versions_wrote(key_of(w, n), n->replaces, r->type == '+');
    if (n->check == CHECK_READ && r->type == '$' && !r->null)
        bad = faulty(w, c, n, value_of(own, bytes, r), &f);
    own->part.head = own->part.len = 0;
    if (!bad)
        return true;
    ++*f.count;
    recorder_error(&w->rec, took_ns, slice_of(f.text));
    c->node->counts.errors++;
    if (w->mixing)
        mixed_answered(&w->mixed, &w->rec.counts, client_oldest(c, w->ring), 0, 0);
    return false;
}

void verify_abandon(struct worker *w, struct client *c)
{
    struct notes_client *own = of(w, c);
    for (; own->head != own->tail; own->head++) {
        const struct notes_one *n = &own->notes[own->head & w->verify->ring];
        if (n->check == CHECK_WRITE)
            versions_lost(key_of(w, n));
    }
    own->part.head = own->part.len = 0;
}
