// SPDX-License-Identifier: MIT
#include "run/verify.h"

#include "base/clock.h"
#include "load/proof.h"
#include "run/worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX 160

static struct notes_client *of(const struct worker *w, const struct client *c)
{
    return &w->verify->clients[c - w->clients];
}

static uint32_t owner_of(const struct worker *w, const struct client *c)
{
    return w->verify->owner + (uint32_t)(c - w->clients);
}

static struct notes_key *keys_of(const struct worker *w, struct notes_client *own, const struct notes_one *n)
{
    return &own->keys[(size_t)(n - own->notes) * w->verify->most];
}

static struct version_key *key_of(const struct worker *w, const struct notes_one *n)
{
    return &w->verify->keys->versions[n->name][n->number];
}

// --- asking ---

// What each of its keys may have to show, by the request as it lies there.
static void note_reads(struct worker *w, struct notes_client *own, struct notes_one *note,
                       const struct verify_request *r)
{
    const struct ask *a = r->ask;
    struct notes_key *keys = keys_of(w, own, note);
    uint64_t numbers[READS_MOST] = {0};
    bool once = w->plan->names.at[a->name_at].once;
    size_t n = once ? a->reads : spot_numbers(&a->spot, r->bytes, numbers, a->reads);
    note->reads = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        struct notes_one one = {.name = note->name, .number = numbers[i]};
        keys[i] = (struct notes_key){numbers[i], versions_read(key_of(w, &one), r->owner)};
    }
}

static inline void leaves(struct worker *w, struct client *c, const struct verify_request *r)
{
    struct notes_client *own = of(w, c);
    struct notes_one *note = &own->notes[own->tail++ & w->verify->ring];
    const struct ask *a = r->ask;
    *note = (struct notes_one){.check = a->check,
                               .name = a->name_at,
                               .number = r->number,
                               .replaces = r->replaces,
                               .replica = c->node->replica};
    if (a->check == CHECK_READ)
        note->may = versions_read(key_of(w, note), r->owner);
    if (a->check == CHECK_READS)
        note_reads(w, own, note, r);
}

void verify_leaves(struct worker *w, struct client *c, const struct verify_request *r)
{
    leaves(w, c, r);
}

static inline void draws(const struct worker *w, const struct ask *a, uint32_t owner, struct draw *d)
{
    const struct notes *v = w->verify;
    d->self.keys = a->check == CHECK_WRITE ? v->keys->versions[a->name_at] : NULL;
    d->self.writer = v->writer;
    d->self.owner = owner;
}

void verify_draws(const struct worker *w, const struct ask *a, uint32_t owner, struct draw *d)
{
    draws(w, a, owner, d);
}

static char *write_one(struct worker *w, struct client *c, const struct ask *a, struct draw *d, char *at)
{
    const struct recipe *recipe = a->request.recipe;
    draws(w, a, owner_of(w, c), d);
    if (recipe && recipe->now)
        d->unix_ms = clock_real_ns() / NS_PER_MS;
    char *from = at;
    at = client_write_one(&a->request, d, at);
    leaves(w, c,
           &(struct verify_request){
               a, {from, (size_t)(at - from)}, d->number, d->self.last.replaces, d->self.owner});
    return at;
}

void verify_write(struct worker *w, struct client *c, uint32_t n)
{
    struct mixer *m = w->draw.mixer;
    const struct mix *mix = w->asks->request.mix;
    char *at = c->out;
    for (uint32_t i = 0; i < n; i++) {
        unsigned kind = mix ? client_pick(c, mix, m, i) : 0;
        const struct ask *a = mix ? &w->plan->asks[kind] : w->asks;
        char *end = write_one(w, c, a, mix ? &m->draws[kind] : &w->draw, at);
        if (mix) {
            m->drawn[i] = (uint8_t)kind;
            c->key = m->draws[kind].number;
        }
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

static bool names(const struct worker *w, struct notes_client *own, const struct notes_one *n,
                  uint64_t number)
{
    const struct notes_key *keys = keys_of(w, own, n);
    for (uint32_t i = 0; i < n->reads; i++)
        if (keys[i].number == number)
            return true;
    return n->check != CHECK_READS && n->number == number;
}

// Whether another request of the connection, not long ago, named the key that the value has.
static bool asked_for(const struct worker *w, struct notes_client *own, const struct proof *p)
{
    for (uint32_t i = 0; i <= w->verify->ring; i++) {
        const struct notes_one *n = &own->notes[i];
        bool keyed = n->check && n->check != CHECK_EXEC;
        if (keyed && w->plan->names.at[n->name].hash == p->name && names(w, own, n, p->number))
            return true;
    }
    return false;
}

static bool is_old(const struct worker *w, const struct proof *p, uint64_t least)
{
    bool own = p->writer >> PROOF_WORKERS == w->verify->writer >> PROOF_WORKERS;
    return least > 0 && (!own || p->version < least);
}

// A replica answers what was replaced by then: how far it is behind. Of another run's value no version is
// known.
static void note_stale(struct worker *w, struct client *c, const struct notes_one *n, const struct proof *p,
                       uint64_t least)
{
    bool own = p->writer >> PROOF_WORKERS == w->verify->writer >> PROOF_WORKERS;
    uint64_t version = own ? p->version : 0, sent_ns = client_oldest(c, w->ring)->sent_ns;
    const struct moments *moments = &w->verify->keys->moments[n->name][n->number];
    struct moments_since since = versions_since(key_of(w, n), moments, version);
    bool known = since.at_ns > 0 && since.at_ns < sent_ns;
    staleness_add(&w->verify->stale, known ? sent_ns - since.at_ns : 0, least - version,
                  since.earlier || since.at_ns == 0);
    w->rec.counts.replica_stale++;
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
    if (state == PROOF_NONE && least > 0 && !n->replica) // which may not have got any of this run's yet
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
    bool old = is_old(w, &p, least);
    if (old && n->replica)
        note_stale(w, c, n, &p, least);
    else if (old)
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
static struct slice value_of(struct slice bytes, const struct resp_reply *r)
{
    size_t n = (size_t)r->number;
    return bytes.len >= n + 2 ? (struct slice){bytes.at + bytes.len - n - 2, n} : (struct slice){"", 0};
}

// The same in the counts of a mix's kind: counts are nothing but numbers of one type.
static void count_kind(struct worker *w, struct client *c, const uint64_t *counter)
{
    if (!w->mixing || !counter)
        return;
    struct counts *own = &w->mixed.kinds[client_oldest(c, w->ring)->kind].counts;
    ((uint64_t *)own)[counter - (const uint64_t *)&w->rec.counts]++;
}

// Whether a value that was read was wrong, once it is counted.
static bool check_value(struct worker *w, struct client *c, const struct notes_one *n, struct slice value,
                        struct fault *f)
{
    struct counts *counts = &w->rec.counts;
    uint64_t unchecked = counts->unchecked, stale = counts->replica_stale;
    bool bad = faulty(w, c, n, value, f), checked = counts->unchecked == unchecked;
    count_kind(w, c, checked ? &counts->checked : &counts->unchecked);
    count_kind(w, c, f->count);
    if (n->replica && checked) {
        counts->replica_values++;
        count_kind(w, c, &counts->replica_values);
    }
    if (counts->replica_stale != stale)
        count_kind(w, c, &counts->replica_stale);
    return bad;
}

// The length of an element of an array and what stands behind it; below 0 for a null. False where it is no
// string.
static bool next_value(struct slice *rest, int64_t *len)
{
    const char *lf = rest->len > 1 && rest->at[0] == '$' ? memchr(rest->at, '\n', rest->len) : NULL;
    bool null = rest->len > 2 && rest->at[0] == '_';
    if (!lf && !null)
        return false;
    *len = null ? -1 : strtoll(rest->at + 1, NULL, 10);
    size_t head = null ? 3 : (size_t)(lf + 1 - rest->at);
    *rest = (struct slice){rest->at + head, rest->len - head};
    return *len < 0 || (uint64_t)*len + 2 <= rest->len;
}

// What stands behind the head of an array.
static struct slice elements_of(struct slice bytes)
{
    const char *lf = bytes.len ? memchr(bytes.at, '\n', bytes.len) : NULL;
    return lf ? (struct slice){lf + 1, bytes.len - (size_t)(lf + 1 - bytes.at)} : (struct slice){"", 0};
}

// Each value of an array against the key in its place, up to the first that is wrong.
static bool check_values(struct worker *w, struct client *c, const struct notes_one *n, struct slice bytes,
                         struct fault *f)
{
    const struct notes_key *keys = keys_of(w, of(w, c), n);
    struct slice rest = elements_of(bytes);
    int64_t len;
    for (uint32_t i = 0; i < n->reads && next_value(&rest, &len); i++) {
        struct notes_one one = {CHECK_READ, n->name, keys[i].number, keys[i].may, 0, 0, n->replica};
        if (len >= 0 && check_value(w, c, &one, (struct slice){rest.at, (size_t)len}, f))
            return true;
        size_t past = len >= 0 ? (size_t)len + 2 : 0;
        rest = (struct slice){rest.at + past, rest.len - past};
    }
    return false;
}

// What came for one request: all bytes of it, what they are, and when they came.
struct answer {
    struct slice bytes;
    struct resp_reply r;
    uint64_t at_ns;
};

// A write was answered. On a cluster an error may be a redirection: then it is still under way
// (run/verify_ticket.h).
static void wrote(struct worker *w, const struct notes_one *n, const struct answer *a)
{
    const struct notes_keys *keys = w->verify->keys;
    bool done = a->r.type == '+';
    if (w->map && parse_is_error(&a->r))
        return;
    if (keys->moments && done)
        versions_done(key_of(w, n), &keys->moments[n->name][n->number], n->replaces, a->at_ns);
    else
        versions_wrote(key_of(w, n), n->replaces, done);
}

// Whether a value in it is wrong.
static bool check_answer(struct worker *w, struct client *c, const struct notes_one *n,
                         const struct answer *a, struct fault *f)
{
    const struct resp_reply *r = &a->r;
    if (n->check == CHECK_WRITE)
        wrote(w, n, a);
    if (n->check == CHECK_READ && r->type == '$' && !r->null)
        return check_value(w, c, n, value_of(a->bytes, r), f);
    if (n->check == CHECK_READS && r->type == '*' && !r->null && (uint64_t)r->number == n->reads)
        return check_values(w, c, n, a->bytes, f);
    return false;
}

// The next element of an array; an error where there is none.
static struct answer next_element(struct slice *rest)
{
    struct resp_parser parser = {0};
    struct answer its = {0};
    ssize_t n = rest->len ? parse_reply(&parser, rest->at, rest->len, &its.r) : 0;
    its.bytes = (struct slice){rest->at, n > 0 ? (size_t)n : 0};
    if (n <= 0)
        its.r = (struct resp_reply){.type = '-'};
    *rest = (struct slice){rest->at + its.bytes.len, rest->len - its.bytes.len};
    return its;
}

// What MULTI has queued, by the answer to EXEC: all of it, or nothing was done. Up to the first value that is
// wrong; what was written is written all the same.
static bool check_queued(struct worker *w, struct client *c, struct slice executed,
                         const struct resp_reply *r, struct fault *f)
{
    struct notes_client *own = of(w, c);
    uint32_t n = own->queued, first = own->head - 1 - n;
    bool done = r->type == '*' && !r->null && (uint64_t)r->number == n, bad = false;
    struct slice rest = done ? elements_of(executed) : (struct slice){"", 0};
    own->queued = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct notes_one *note = &own->notes[(first + i) & w->verify->ring];
        struct answer its = next_element(&rest);
        if (!bad || note->check == CHECK_WRITE)
            bad |= check_answer(w, c, note, &its, f);
    }
    return bad;
}

bool verify_reply(struct worker *w, struct client *c, struct slice bytes, const struct resp_reply *r,
                  uint64_t took_ns)
{
    struct notes_client *own = of(w, c);
    const struct notes_one *n = &own->notes[own->head++ & w->verify->ring];
    struct fault f = {0};
    bool queued = r->type == '+' && slice_is(r->text, "QUEUED"), bad = false;
    if (own->part.len && buf_append(&own->part, bytes.at, bytes.len) == 0)
        bytes = buf_unread(&own->part);
    if (!queued && own->queued)
        bad = check_queued(w, c, n->check == CHECK_EXEC ? bytes : (struct slice){"", 0}, r, &f);
    if (queued)
        own->queued++;
    else if (!bad)
        bad = check_answer(w, c, n, &(struct answer){bytes, *r, client_oldest(c, w->ring)->sent_ns + took_ns},
                           &f);
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

// A write may be done twice then, and the first time late: of what the value may be, that leaves no more than
// the versions from this one on.
void verify_again(struct worker *w, struct client *c)
{
    struct notes_client *own = of(w, c);
    for (uint32_t at = own->head; at != own->tail; at++) {
        const struct notes_one *n = &own->notes[at & w->verify->ring];
        if (n->check == CHECK_WRITE)
            versions_again(key_of(w, n));
    }
    own->part.head = own->part.len = 0;
}

void verify_abandon(struct worker *w, struct client *c)
{
    struct notes_client *own = of(w, c);
    own->head -= own->queued;
    own->queued = 0;
    for (; own->head != own->tail; own->head++) {
        const struct notes_one *n = &own->notes[own->head & w->verify->ring];
        if (n->check == CHECK_WRITE)
            versions_lost(key_of(w, n));
    }
    own->part.head = own->part.len = 0;
}
