// SPDX-License-Identifier: MIT
// A connection and the questions that it has not answered. Decides nothing: the worker asks and records.
#pragma once

#include "load/mix.h"
#include "load/template.h"
#include "net/conn.h"
#include "resp/parse.h"
#include "run/scan.h"

struct node;

enum client_state {
    CLIENT_OPENING,    // connect() is under way
    CLIENT_SETTING_UP, // HELLO, AUTH and their like are under way
    CLIENT_WAITING,    // to be dialled again: a unix socket's backlog was full, or it broke
    CLIENT_READY,
    CLIENT_ASKING, // the same, but that the next reply is to ASKING
    CLIENT_SHUT,   // it has no connection, and is given one once something is due (run/knock.h)
    CLIENT_GONE,
};

// Why a request has no answer.
enum abandoned {
    ABANDONED_END,  // it was waited for to the end
    ABANDONED_LOST, // the connection is gone
    ABANDONED_LATE, // it is given up, because its oldest requests timed out; the others are lost
};

// Requests of one kind that went out in one write: they share the time that their latency counts from.
struct span {
    uint64_t from_ns; // due time in the open loop; in the closed loop the clock before the write
    uint64_t sent_ns; // the clock before the write
    uint32_t n;       // of them still unanswered
    uint32_t kind;    // all are of this one
};

// What was lost and is to be sent again: when it was sent last, how many requests its write had at first, and
// how often it was sent since.
struct again {
    uint64_t sent_ns;
    uint32_t wrote, times;
};

struct client {
    struct conn conn;
    struct node *node; // whom it is connected to
    enum client_state state;
    bool pooled;          // waits in the pool
    unsigned setup_left;  // replies to the set-up still to come
    uint32_t outstanding; // requests unanswered
    uint32_t depth;       // of them at most
    uint32_t served;      // answered on this connection; where connections are renewed
    uint32_t head, tail;  // spans[head..tail), modulo the ring
    struct span *spans;   // a ring of a power of two
    struct iovec *iov;
    char *out;
    const struct template *laid; // whose requests lie in out: the first laid_n of them
    uint32_t laid_n;
    uint32_t at;        // of a cluster: the bytes of those unanswered lie before request at of out, a ring
    uint8_t hops;       // how often the one that is under way was redirected
    uint8_t tries;      // dials in vain since it broke
    bool away;          // it broke, and does not stand again
    uint64_t away_ns;   // since when; or, where it stands and has not served yet, was
    uint64_t redial_ns; // when it is dialled next, or was dialled last
    struct again again; // of what it has outstanding
    struct resp_parser parser;
    struct scan scan;
    uint64_t key;      // number of that of its last request, where some follow others
    uint64_t chain_ns; // when the first of those was due that follow each other; 0: not all were answered
    uint8_t next;      // the kind that follows, counted from 1; 0: any
    uint64_t dialled_ns, setup_ns; // when this connection was begun, when its set-up was
    struct iovec setup;            // what of that is still to be sent
    uint32_t held_n;               // pieces of a write that waits for the connection; 0: none does
    uint64_t held_late_ns;         // of the time before it was dialled, that in which none was free
};

// Writes n requests of t with fresh keys into the client's buffer and hands them to its connection, whose
// former bytes must be gone.
void client_write(struct client *c, const struct template *t, struct draw *from, uint32_t n);

// The same for all but the plain path, whose one call of client_write is to be inlined.
void client_write_rarely(struct client *c, const struct template *t, struct draw *from, uint32_t n);

// The same, requests of any kind of a mix one behind the other.
void client_write_mix(struct client *c, const struct mix *mix, struct draw *from, uint32_t n);

// The kind of the next request, i of its write: what follows another comes next, with its key.
static inline unsigned client_pick(struct client *c, const struct mix *mix, struct mixer *m, uint32_t i)
{
    if (!mix->chained)
        return mix_pick(mix, &m->rng, i);
    unsigned kind = c->next ? c->next - 1u : mix_pick(mix, &m->rng, i);
    c->next = mix->next[kind];
    m->draws[kind].same = c->key;
    return kind;
}

// Writes one request of any kind at `at` and answers its end.
char *client_write_one(const struct template *t, struct draw *from, char *at);

// Remembers requests as asked. ring: spans in the ring, less one.
static inline void client_asked(struct client *c, struct span asked, uint32_t ring)
{
    c->spans[c->tail++ & ring] = asked;
    c->outstanding += asked.n;
}

// The span that the next reply answers. There must be one outstanding.
static inline struct span *client_oldest(struct client *c, uint32_t ring)
{
    return &c->spans[c->head & ring];
}

// One reply has come. Answers whether it ended its span.
static inline bool client_answered(struct client *c, struct span *oldest)
{
    c->outstanding--;
    if (--oldest->n)
        return false;
    c->head++;
    return true;
}
