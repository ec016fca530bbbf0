// SPDX-License-Identifier: MIT
// A load of several kinds of requests, as one worker has it: which kind each write held, and what came of
// each kind. A load of one kind has nothing of this but keys: their growth, and spaces of their own.
#pragma once

#include "run/client.h"
#include "run/plan.h"
#include "stats/series.h"
#include "stats/summary.h"

#define MIXED_KIND_BYTES 512 // a power of two: where a kind lies is worked out twice for each request

struct mixed_kind {
    struct counts counts;
    struct hist *latency, *unfinished;
    struct series rows; // of the measured window
    char rest[MIXED_KIND_BYTES - sizeof(struct counts) - 2 * sizeof(struct hist *) - sizeof(struct series)];
};

// Of a kind that follows others. Apart from the rest: what most mixes have is to stay as small as it is.
struct mixed_chain {
    bool follows;
    struct hist *whole; // of the last one: of all of them together; else NULL
};

struct mixed {
    unsigned n; // kinds; 0: there is one alone
    struct mixer *mixer;
    struct mixed_kind *kinds;
    struct keydist *spaces;       // of names that have a space of their own, shared by all kinds; or NULL
    struct growth growth;         // keys that its commands have added; also where there is one kind
    struct mixed_chain *chains;   // [n]; NULL: none follows another
    struct counts seen;           // what of all counts has been put down to a kind
    struct slice canned[MIX_MAX]; // a reply to each kind, for an engine that has no server
};

// Of a plan of one kind, nothing. 0 or -ENOMEM.
int mixed_open(struct mixed *m, const struct plan *p);
void mixed_close(struct mixed *m);

// Another phase of worker `part`, with streams from `seed`. Keys that commands add go on behind those of the
// phases before it.
void mixed_begin(struct mixed *m, const struct plan *p, unsigned part, uint64_t seed);

// The keys of one of the plan's commands: they grow where any adds to them.
void mixed_grow(struct mixed *m, const struct plan *p, const struct ask *ask, struct keydist *keys);

// So long after the start of the phase: as keydist_at.
void mixed_at(struct mixed *m, uint64_t since_ns);

// The requests of `whole` have been written: the client remembers all but the last of one kind in a row,
// which are answered. ring: as of client_asked.
struct span mixed_asked(struct mixed *m, struct client *c, uint32_t ring, const struct span *whole);

// One more of the kind left, which client_asked has been told by itself.
static inline void mixed_sent(struct mixed *m, unsigned kind)
{
    m->kinds[kind].counts.sent++;
}

// n ok replies, at_ns, to requests of the span; what else all counts have since the last call is of its kind
// too.
void mixed_answered(struct mixed *m, const struct counts *all, const struct span *span, uint64_t at_ns,
                    uint64_t n);

// The rows of all kinds, beside those of the whole: they begin, each ends with a row of the whole, and the
// last one so long after the start. 0 or -ENOMEM.
void mixed_rows_begin(struct mixed *m, uint64_t step_ns);
int mixed_rows_mark(struct mixed *m);
int mixed_rows_end(struct mixed *m, uint64_t total_ns);

// The requests of the span were answered at at_ns, n of them well. What follows each other is also told as
// one, from when the first was due, where all were answered well.
void mixed_chained(struct mixed *m, struct client *c, const struct span *span, uint64_t at_ns, uint64_t n);

// Those of the span have no answer, for took_ns.
void mixed_unfinished(struct mixed *m, const struct span *span, uint64_t took_ns);

// What came of each kind, by n workers, becomes a part of the result. Where there is one kind, nothing. 0 or
// -ENOMEM.
int mixed_sum(struct summary *s, const struct plan *p, const struct mixed *const *of, unsigned n);
